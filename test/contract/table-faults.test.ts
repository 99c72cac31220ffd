import {
  type CancellationReason,
  type DynamoDBClient,
  TransactionCanceledException,
  TransactionConflictException,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
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
});

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
