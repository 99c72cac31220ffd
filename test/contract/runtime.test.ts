import { afterEach, describe, expect, it, vi } from "vitest";
import { atOnce } from "../../shared/at-once.ts";
import { slices } from "../../shared/aws/slices.ts";
import { dynamo } from "../../shared/aws/dynamo-client.ts";
import { s3 } from "../../shared/aws/s3-client.ts";
import { ses } from "../../shared/aws/ses-client.ts";
import { sqs } from "../../shared/aws/sqs-client.ts";
import { sts } from "../../shared/aws/sts-client.ts";
import { systemClock } from "../../shared/aws/clock.ts";
import { decodeValue } from "../../shared/aws/dynamo-codec.ts";
import { readEnvironment } from "../../shared/aws/environment.ts";
import { createLog } from "../../shared/aws/logger.ts";
import { newKey } from "../../shared/aws/new-key.ts";
import { createPatience } from "../../shared/aws/patience.ts";
import { createCountingKeys } from "../fakes/counting-keys.ts";
import { createFixedClock } from "../fakes/fixed-clock.ts";
import { createKillSwitch, Killed } from "../fakes/kill-switch.ts";
import { createMemoryTable } from "../fakes/memory-table.ts";
import { createSilentLog } from "../fakes/silent-log.ts";

describe("the environment", () => {
  it("gives the variables that were asked for, by their names in the product", () => {
    expect(readEnvironment(["table", "uploadBucket"], { TABLE: "t", UPLOAD_BUCKET: "u", OTHER: "o" })).toEqual({
      table: "t",
      uploadBucket: "u",
    });
  });

  it("stops with the names of those that are missing or empty", () => {
    const read = () => readEnvironment(["table", "sender", "operator"], { TABLE: "t", MAIL_SENDER: "" });
    expect(read).toThrow("missing in the environment: MAIL_SENDER, OPERATOR_EMAIL");
  });
});

describe.each([
  ["real", newKey],
  ["counting", createCountingKeys()],
])("%s keys", (_, keys) => {
  it("have their prefix and 26 digits, and never repeat", () => {
    const made = Array.from({ length: 1_000 }, () => keys("part_"));
    expect(made.every((key) => /^part_[0-9a-hjkmnp-tv-z]{26}$/.test(key))).toBe(true);
    expect(new Set(made).size).toBe(1_000);
  });
});

describe("real keys", () => {
  it("hold 128 bits: all digits occur everywhere but in front, where two bits remain for one of eight", () => {
    const made = Array.from({ length: 4_000 }, () => newKey(""));
    for (let place = 1; place < 26; place++) expect(new Set(made.map((key) => key[place])).size).toBe(32);
    expect(new Set(made.map((key) => key[0]))).toEqual(new Set("01234567"));
  });
});

describe("clocks", () => {
  it("tell milliseconds since the epoch", () => {
    expect(Math.abs(systemClock() - Date.now())).toBeLessThan(1_000);
    const clock = createFixedClock("2026-04-01T00:00:00Z");
    clock.advance(90_000);
    expect(new Date(clock()).toISOString()).toBe("2026-04-01T00:01:30.000Z");
    clock.set("2026-01-01T00:00:00Z");
    expect(clock()).toBe(Date.UTC(2026, 0, 1));
  });
});

describe("logs", () => {
  afterEach(() => void vi.restoreAllMocks());

  it("are one line of JSON with the message, the fields and the service", () => {
    const write = vi.spyOn(console, "info").mockImplementation(() => undefined);
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    vi.stubEnv("POWERTOOLS_DEV", "true");
    createLog("import-rows").info("import.finished", { accepted: 3, file: { rows: 4 } });
    vi.unstubAllEnvs();
    const [line] = write.mock.calls[0] ?? [];
    expect(JSON.parse(String(line))).toMatchObject({
      level: "INFO",
      message: "import.finished",
      service: "import-rows",
      accepted: 3,
      file: { rows: 4 },
    });
  });

  it("tell what went wrong, with its cause", () => {
    const write = vi.spyOn(console, "error").mockImplementation(() => undefined);
    vi.stubEnv("POWERTOOLS_DEV", "true");
    const error = new Error("outer", { cause: new TypeError("inner") });
    createLog("api").error("request.failed", { error, route: "GET /partners" });
    vi.unstubAllEnvs();
    const [line] = write.mock.calls[0] ?? [];
    expect(JSON.parse(String(line))).toMatchObject({
      message: "request.failed",
      route: "GET /partners",
      error: { name: "Error", message: "outer", cause: { name: "TypeError", message: "inner" } },
    });
  });

  it("are kept by the silent log", () => {
    const log = createSilentLog();
    log.warn("import.slow", { rows: 1 });
    expect(log.lines).toEqual([{ level: "warn", message: "import.slow", fields: { rows: 1 } }]);
  });
});

describe("clients", () => {
  it.each([
    ["DynamoDB", dynamo],
    ["S3", s3],
    ["SQS", sqs],
    ["SES", ses],
    ["STS", sts],
  ])("of %s are made once, and log nothing that they would have to redact first", (_, client) => {
    vi.stubEnv("AWS_REGION", "eu-central-1");
    const { logger } = client().config;
    vi.unstubAllEnvs();
    expect(client()).toBe(client());
    expect(Object.keys(logger)).toEqual(["debug", "warn"]);
  });
});

describe("working at once", () => {
  it("keeps the order of answers and the limit", async () => {
    let running = 0;
    let most = 0;
    const answers = await atOnce(3, [1, 2, 3, 4, 5, 6, 7], async (n) => {
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setTimeout(resolve, 10 - n));
      running -= 1;
      return n * 10;
    });
    expect(answers).toEqual([10, 20, 30, 40, 50, 60, 70]);
    expect(most).toBe(3);
  });

  it("cuts into slices", () => {
    expect(slices([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(slices([], 2)).toEqual([]);
  });
});

describe("patience", () => {
  it("waits while it lasts, and then throws the cause", async () => {
    const cause = new Error("busy");
    await createPatience(60_000)(cause);
    await expect(createPatience(0)(cause)).rejects.toBe(cause);
  });
});

describe("the codec", () => {
  it("refuses what the product never writes", () => {
    expect(() => decodeValue({ SS: ["a"] })).toThrow(/SS/);
  });
});

describe("a kill switch", () => {
  it("stops every side effect from the nth on, and lets those before happen", async () => {
    const killSwitch = createKillSwitch();
    const table = createMemoryTable({ killSwitch });
    table.failAt(2);
    await table.write({ put: { pk: "p", sk: "1" } });
    await expect(table.transact([{ put: { pk: "p", sk: "2" } }, { put: { pk: "p", sk: "3" } }])).rejects.toThrow(
      Killed,
    );
    await expect(table.write({ put: { pk: "p", sk: "4" } })).rejects.toThrow(Killed);
    expect(table.items()).toEqual([{ pk: "p", sk: "1" }]);
    killSwitch.revive();
    await table.write({ put: { pk: "p", sk: "4" } });
    expect(table.items().map(({ sk }) => sk)).toEqual(["1", "4"]);
    expect(killSwitch.steps).toBe(1);
  });

  it("leaves tests a hook before each write", async () => {
    const table = createMemoryTable();
    table.beforeWrite = (writes) => {
      if (writes.some((write) => "remove" in write)) throw new Error("not today");
    };
    await table.write({ put: { pk: "p", sk: "1" } });
    await expect(table.write({ remove: { pk: "p", sk: "1" } })).rejects.toThrow("not today");
    expect(table.items()).toHaveLength(1);
  });
});
