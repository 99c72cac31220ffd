import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type CancellationReason,
  DynamoDBClient,
  ProvisionedThroughputExceededException,
  TransactionCanceledException,
  TransactionConflictException,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createDynamoTable } from "../../shared/aws/dynamo-table.ts";
import { NotWritten } from "../../shared/errors.ts";
import { LANDING_MS } from "../../shared/names.ts";
import type { Table, Write } from "../../shared/ports.ts";
import { startLocalTable } from "./local-table.ts";

interface Request {
  readonly command: string;
  readonly input: Record<string, unknown>;
}

/** Replaces or spoils one attempt: `send` does it, or does not. */
type Fault = (request: Request, send: () => Promise<unknown>) => Promise<unknown>;

describe("the table in DynamoDB, when the world is not kind", () => {
  let table: Table;
  let close: () => Promise<void>;
  let faults: Fault[] = [];
  let requests: Request[] = [];
  let partitions = 0;
  let pk = "";

  beforeAll(async () => {
    const local = await startLocalTable();
    ({ table, close } = local);
    injectFaults(
      local.client,
      () => faults.shift(),
      (request) => void requests.push(request),
    );
  });
  afterAll(() => close());
  beforeEach(() => {
    faults = [];
    requests = [];
    pk = `program/faults/${(partitions += 1)}`;
  });

  const read = async (sk: string) => (await table.get([{ pk, sk }]))[0];

  describe("recognises its own write when the answer was lost", () => {
    it("of a conditional put", async () => {
      faults = [answerLost];
      expect(await table.write({ put: { pk, sk: "1", mark: "a", map: { n: [1] } }, when: { absent: true } })).toBe(
        true,
      );
      expect(await read("1")).toEqual({ pk, sk: "1", mark: "a", map: { n: [1] } });
    });

    it("of a conditional removal", async () => {
      await table.write({ put: { pk, sk: "1", rev: 1 } });
      faults = [answerLost];
      expect(await table.write({ remove: { pk, sk: "1" }, when: { equals: { rev: 1 } } })).toBe(true);
      expect(await read("1")).toBeUndefined();
    });

    it("of a conditional update", async () => {
      await table.write({ put: { pk, sk: "1", status: "running" } });
      faults = [answerLost];
      const done = { update: { pk, sk: "1" }, set: { status: "done" }, when: { equals: { status: "running" } } };
      expect(await table.write(done)).toBe(true);
      expect(await table.write(done)).toBe(false);
    });

    it("of an addition, which counts once", async () => {
      faults = [answerLost];
      expect(await table.write({ update: { pk, sk: "1" }, add: { n: 5 } })).toBe(true);
      expect(await read("1")).toEqual({ pk, sk: "1", n: 5 });
    });

    it("of an insert, beside what was there before", async () => {
      await table.write({ put: { pk, sk: "1", mark: "theirs" } });
      faults = [answerLost];
      expect(await table.insert(["1", "2", "3"].map((sk) => ({ pk, sk, mark: "mine" })))).toEqual([false, true, true]);
      expect(await read("1")).toEqual({ pk, sk: "1", mark: "theirs" });
    });

    it("of a transaction, which happens once", async () => {
      faults = [answerLost];
      const writes: Write[] = [
        { put: { pk, sk: "claim" }, when: { absent: true } },
        { update: { pk, sk: "counter" }, add: { n: 1 } },
      ];
      expect(await table.transact(writes)).toEqual([]);
      expect(await read("counter")).toEqual({ pk, sk: "counter", n: 1 });
      expect(await table.transact(writes)).toEqual([0]);
    });
  });

  it("takes nobody else's write for its own", async () => {
    await table.write({ put: { pk, sk: "1", mark: "theirs" } });
    faults = [requestLost];
    expect(await table.write({ put: { pk, sk: "1", mark: "mine" }, when: { absent: true } })).toBe(false);
    faults = [requestLost];
    expect(await table.write({ remove: { pk, sk: "1" }, when: { equals: { mark: "mine" } } })).toBe(false);
    expect(await read("1")).toEqual({ pk, sk: "1", mark: "theirs" });
  });

  it("does not read again after a condition that plainly failed", async () => {
    await table.write({ put: { pk, sk: "1" } });
    requests = [];
    expect(await table.write({ put: { pk, sk: "1" }, when: { absent: true } })).toBe(false);
    expect(requests.map(({ command }) => command)).toEqual(["PutItemCommand"]);
  });

  it("comes again, with a new token, while another transaction is at its items", async () => {
    faults = [
      cancelled("None", "TransactionConflict"),
      cancelled("ThrottlingError", "None"),
      cancelled("None", "TransactionConflict"),
    ];
    expect(await table.transact([{ put: { pk, sk: "1" } }, { put: { pk, sk: "2" } }])).toEqual([]);
    expect(await read("1")).toBeDefined();
    const tokens = requests
      .filter(({ command }) => command === "TransactWriteItemsCommand")
      .map(({ input }) => input["ClientRequestToken"]);
    expect(tokens).toHaveLength(4);
    expect(new Set(tokens).size).toBe(4);
  });

  it("keeps its token while it does not know what became of the transaction", async () => {
    faults = [answerLost];
    await table.transact([{ put: { pk, sk: "1" } }]);
    const [first, second] = requests.map(({ input }) => input["ClientRequestToken"]);
    expect(first).toBeTruthy();
    expect(second).toBe(first);
  });

  it("believes a failed condition even beside a conflict", async () => {
    faults = [cancelled("TransactionConflict", "ConditionalCheckFailed")];
    const writes: Write[] = [{ put: { pk, sk: "1" } }, { put: { pk, sk: "2" }, when: { absent: true } }];
    expect(await table.transact(writes)).toEqual([1]);
  });

  it("gives up on a transaction that can never succeed", async () => {
    faults = [cancelled("ConditionalCheckFailed", "ItemCollectionSizeLimitExceeded")];
    const writes: Write[] = [{ put: { pk, sk: "1" }, when: { absent: true } }, { put: { pk, sk: "2" } }];
    await expect(table.transact(writes)).rejects.toThrow(TransactionCanceledException);
  });

  it("waits for a transaction in the way of a single write", async () => {
    faults = [conflict, conflict];
    expect(await table.write({ put: { pk, sk: "1" }, when: { absent: true } })).toBe(true);
  });

  it("asks again for what was left unread", async () => {
    const places = ["1", "2", "3"].map((sk) => ({ pk, sk }));
    for (const place of places) await table.write({ put: place });
    faults = [leavesUnread];
    expect((await table.get(places)).map((item) => item?.sk)).toEqual(["1", "2", "3"]);
    expect(faults).toEqual([]);
  });

  it("inserts again what was refused in passing", async () => {
    await table.write({ put: { pk, sk: "3" } });
    faults = [refusesStatements(0, "ThrottlingError"), refusesStatements(0, "InternalServerError")];
    expect(await table.insert(["1", "2", "3"].map((sk) => ({ pk, sk, n: 1 })))).toEqual([true, true, false]);
    expect(await read("1")).toEqual({ pk, sk: "1", n: 1 });
    faults = [refusesStatements(0, "ValidationError")];
    await expect(table.insert([{ pk, sk: "4" }])).rejects.toThrow(/ValidationError/);
  });

  it("passes other errors on", async () => {
    faults = [() => Promise.reject(new Error("no credentials"))];
    await expect(table.write({ put: { pk, sk: "1" } })).rejects.toThrow("no credentials");
    faults = [() => Promise.reject(new Error("no credentials"))];
    await expect(table.get([{ pk, sk: "1" }])).rejects.toThrow("no credentials");
  });

  describe("in the time there is", () => {
    const withinMs = 400;
    const LONG_AFTER_MS = 2_000;
    const writes = (): Write[] => [{ put: { pk, sk: "1" }, when: { absent: true } }, { put: { pk, sk: "2" } }];
    const items = () => ["1", "2", "3"].map((sk) => ({ pk, sk, n: 1 }));
    /** From now on, every write; what is read goes on as it should. */
    const always = (fault: Fault) => {
      const isWrite = ({ command }: Request) => /Transact|Statement/.test(command);
      const one: Fault = (request, send) => (isWrite(request) ? fault(request, send) : send());
      faults = Array.from({ length: 10_000 }, () => one);
    };
    const writesSent = () => requests.filter(({ command }) => /Transact|Statement/.test(command)).length;

    async function soon<Answer>(work: Promise<Answer>): Promise<Answer> {
      const begun = performance.now();
      try {
        return await work;
      } finally {
        expect(performance.now() - begun).toBeLessThan(withinMs + LANDING_MS + LONG_AFTER_MS);
        const sent = writesSent();
        await sleep(withinMs);
        expect(writesSent(), "nothing is sent behind the caller's back").toBe(sent);
      }
    }

    it.each([
      ["refuses every request", () => always(busy)],
      ["cancels every transaction", () => always(cancelled("ThrottlingError", "None"))],
      ["has another transaction at the items", () => always(conflict)],
    ])("a transaction is not written when DynamoDB %s", async (_, make) => {
      make();
      await expect(soon(table.transact(writes(), { withinMs }))).rejects.toThrow(NotWritten);
      expect(writesSent()).toBeGreaterThan(0);
      faults = [];
      expect([await read("1"), await read("2")]).toEqual([undefined, undefined]);
    });

    it("a transaction is written when DynamoDB is busy for a while", async () => {
      faults = [busy, cancelled("None", "TransactionConflict"), busy, answerLost];
      expect(await soon(table.transact(writes(), { withinMs: 5_000 }))).toEqual([]);
      expect(await read("2")).toBeDefined();
    });

    it("a condition that fails is told even so", async () => {
      await table.write({ put: { pk, sk: "1" } });
      faults = [busy, cancelled("None", "TransactionConflict")];
      expect(await soon(table.transact(writes(), { withinMs: 5_000 }))).toEqual([0]);
    });

    it("a transaction of which no answer came is looked for, and not there", async () => {
      always(stuck(withinMs * 2));
      await expect(soon(table.transact(writes(), { withinMs }))).rejects.toThrow(NotWritten);
      faults = [];
      expect([await read("1"), await read("2")]).toEqual([undefined, undefined]);
    });

    it("a transaction whose answer was lost before DynamoDB got busy is looked for, and found", async () => {
      always(busy);
      faults.unshift(answerLost);
      expect(await soon(table.transact(writes(), { withinMs }))).toEqual([]);
    });

    it("a transaction that puts nothing leaves no trace to be found by", async () => {
      always(busy);
      faults.unshift(answerLost);
      const counted = table.transact([{ update: { pk, sk: "1" }, add: { n: 1 } }], { withinMs });
      await expect(soon(counted)).rejects.toThrow(/nobody knows/);
    });

    it("an unanswered request is given up", async () => {
      const server = createServer(({ headers }, response) => {
        if (/Transact|Statement/.test(String(headers["x-amz-target"]))) return;
        response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end("{}");
      });
      const { origin, stop } = await listening(server);
      const client = new DynamoDBClient({ endpoint: origin, region: "eu-west-1", credentials: NOBODY });
      const silent = createDynamoTable({ client, tableName: "ledger" });
      await expect(soon(silent.transact(writes(), { withinMs }))).rejects.toThrow(NotWritten);
      expect(await soon(silent.insert(items(), { withinMs }))).toEqual([undefined, undefined, undefined]);
      client.destroy();
      stop();
    });

    it("items are not inserted when DynamoDB refuses every request", async () => {
      always(busy);
      expect(await soon(table.insert(items(), { withinMs }))).toEqual([undefined, undefined, undefined]);
      faults = [];
      expect(await read("1")).toBeUndefined();
    });

    it("those items are told as not inserted that were refused to the end, unless they are there", async () => {
      await table.write({ put: { pk, sk: "2", n: 2 } });
      always(async ({ input }, send) => {
        const Statements = input["Statements"] as { Parameters: { S?: string }[] }[];
        const isRefused = Statements.map(({ Parameters }) => Parameters.every(({ S }) => S !== "3"));
        const answer = isRefused.includes(false) ? ((await send()) as StatementAnswers) : undefined;
        const passing = { Error: { Code: "ThrottlingError", Message: "refused" } };
        const Responses = isRefused.map((refused, at) => (refused ? passing : (answer?.output.Responses[at] ?? {})));
        return { response: {}, output: { $metadata: {}, ...answer?.output, Responses } };
      });
      // The first request was sent, and what it was said to have refused had been done.
      expect(await soon(table.insert(items(), { withinMs }))).toEqual([true, false, true]);
      expect(await soon(table.insert([{ pk, sk: "5" }], { withinMs }))).toEqual([undefined]);
    });

    it("items of which no answer came are looked for", async () => {
      always(stuck(withinMs * 2));
      expect(await soon(table.insert(items(), { withinMs }))).toEqual([undefined, undefined, undefined]);
      await table.write({ put: { pk, sk: "2", n: 2 } });
      always(busy);
      faults.unshift(answerLost);
      expect(await soon(table.insert(items(), { withinMs }))).toEqual([true, false, true]);
    });
  });
});

interface StatementAnswers {
  readonly output: { readonly Responses: object[] };
}

/** An attempt that stands still before it is sent, as far as it is let. */
const stuck =
  (milliseconds: number): Fault =>
  async (_, send) => {
    await sleep(milliseconds);
    return send();
  };

const NOBODY = { accessKeyId: "nobody", secretAccessKey: "none" };

async function listening(server: Server) {
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const busy: Fault = () =>
  Promise.reject(new ProvisionedThroughputExceededException({ message: "busy", $metadata: {} }));

function injectFaults(client: DynamoDBClient, next: () => Fault | undefined, see: (request: Request) => void): void {
  client.middlewareStack.add(
    (handle, { commandName = "" }) =>
      async (args) => {
        const request = { command: commandName, input: args.input as Record<string, unknown> };
        see(request);
        const send = () => handle(args);
        return (await (next()?.(request, send) ?? send())) as Awaited<ReturnType<typeof handle>>;
      },
    // Within the client's own retries: each attempt passes here.
    { step: "finalizeRequest", priority: "low", name: "faults" },
  );
}

const connectionLost = () => Object.assign(new Error("socket hang up"), { name: "TimeoutError", code: "ECONNRESET" });

const requestLost: Fault = () => Promise.reject(connectionLost());

const answerLost: Fault = async (_, send) => {
  await send();
  throw connectionLost();
};

const conflict: Fault = () =>
  Promise.reject(new TransactionConflictException({ message: "Transaction is ongoing for the item", $metadata: {} }));

const cancelled =
  (...codes: string[]): Fault =>
  () => {
    const CancellationReasons = codes.map((Code): CancellationReason => ({ Code }));
    return Promise.reject(
      new TransactionCanceledException({ message: "cancelled", $metadata: {}, CancellationReasons }),
    );
  };

/** Says that one statement failed, which may have been done all the same. */
const refusesStatements =
  (index: number, Code: string): Fault =>
  async (_, send) => {
    const answer = (await send()) as { output: { Responses: object[] } };
    answer.output.Responses[index] = { Error: { Code, Message: "refused" } };
    return answer;
  };

/** As when an answer would be larger than 16 MB. */
const leavesUnread: Fault = async ({ input }, send) => {
  const [[name, { Keys }]] = Object.entries(input["RequestItems"] as Record<string, { Keys: object[] }>) as [
    [string, { Keys: object[] }],
  ];
  const answer = (await send()) as {
    output: { Responses: Record<string, { sk: { S: string } }[]>; UnprocessedKeys: object };
  };
  const [first] = answer.output.Responses[name] ?? [];
  answer.output.Responses[name] = first === undefined ? [] : [first];
  const isLeft = (key: object) => "sk" in key && (key.sk as { S: string }).S !== first?.sk.S;
  answer.output.UnprocessedKeys = { [name]: { Keys: Keys.filter(isLeft) } };
  return answer;
};
