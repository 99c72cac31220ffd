import { expect, test } from "vitest";
import type { Principal } from "../../shared/access/principal.ts";
import { answeredOnce, type NamedRequest } from "../../shared/api/idempotent.ts";
import { one } from "../../shared/api/envelope.ts";
import { CallerError } from "../../shared/errors.ts";
import { createFixedClock } from "../fakes/fixed-clock.ts";
import { createMemoryTable } from "../fakes/memory-table.ts";

const DAY = 24 * 60 * 60 * 1000;

const principal: Principal = { program: "acme", kind: "key", id: "pk_1", permissions: [], test: false };

function createDesk() {
  const table = createMemoryTable();
  const clock = createFixedClock();
  const marks: string[] = [];
  const ask = (
    request: Partial<NamedRequest> = {},
    answer = async (_mark: string) => Promise.resolve(one({ number: marks.length }, "Done")),
  ) =>
    answeredOnce(
      { table, clock },
      { principal, name: "n-1", asks: ["createThing", "{}"], ...request },
      async (mark) => {
        marks.push(mark);
        return answer(mark);
      },
    );
  return { table, clock, marks, ask };
}

test("a request that is repeated gets the answer that it has had, and does nothing", async () => {
  const { ask, marks } = createDesk();
  const first = await ask();
  const second = await ask();
  expect(second).toEqual({ ...first, isReplayed: true });
  expect(marks).toHaveLength(1);
});

test("the same name for another request is refused", async () => {
  const { ask, marks } = createDesk();
  await ask();
  await expect(ask({ asks: ["createThing", '{"a":1}'] })).rejects.toMatchObject({
    refusal: "conflict",
    field: "Idempotency-Key",
  });
  expect(marks).toHaveLength(1);
});

test("a name is its caller's own", async () => {
  const { ask, marks } = createDesk();
  await ask();
  await ask({ principal: { ...principal, id: "pk_2" } });
  await ask({ principal: { ...principal, program: "globex" } });
  expect(new Set(marks).size).toBe(3);
});

test("a name is free again after a day, and means another change then", async () => {
  const { ask, marks, clock } = createDesk();
  await ask();
  clock.advance(DAY - 1);
  await ask();
  clock.advance(1000);
  await ask({ asks: ["createThing", "other"] });
  expect(new Set(marks).size).toBe(2);
});

test("what was refused has done nothing, and may be put right under the same name", async () => {
  const { ask } = createDesk();
  const refuse = async () => Promise.reject(new CallerError("invalid", "no", "a"));
  await expect(ask({}, refuse)).rejects.toThrow("no");
  await expect(ask({ asks: ["createThing", "better"] })).resolves.toMatchObject({ status: 200 });
});

test("a request that broke off is worked on again with its own mark", async () => {
  const { ask, marks } = createDesk();
  await expect(ask({}, async () => Promise.reject(new Error("down")))).rejects.toThrow("down");
  await expect(ask({ asks: ["another"] })).rejects.toMatchObject({ refusal: "conflict" });
  await expect(ask()).resolves.toMatchObject({ status: 200 });
  expect(marks).toHaveLength(2);
  expect(new Set(marks).size).toBe(1);
});

test("two at once do not both work on it; the one that comes second is told to wait", async () => {
  const { ask, marks } = createDesk();
  const settled = await Promise.allSettled([ask(), ask(), ask()]);
  expect(marks).toHaveLength(1);
  expect(settled.filter(({ status }) => status === "fulfilled").length).toBeGreaterThan(0);
  for (const result of settled) {
    if (result.status === "rejected")
      expect(result.reason).toMatchObject({ refusal: "conflict", retryAfterSeconds: 1 });
  }
});

test("whoever died over it is waited for as long as an invocation may last, and no longer", async () => {
  const { ask, marks, clock } = createDesk();
  void ask({}, async () => new Promise(() => undefined));
  await Promise.resolve();
  await expect(ask()).rejects.toMatchObject({ retryAfterSeconds: 1 });
  clock.advance(31_000);
  await expect(ask()).resolves.toMatchObject({ status: 200 });
  expect(new Set(marks).size).toBe(1);
});

test("a secret that was shown is not kept, and not shown again", async () => {
  const { ask, table } = createDesk();
  await ask({}, async () => Promise.resolve({ ...one({ secret: "sk_hush" }, "Made"), isSecret: true }));
  expect(JSON.stringify(table.items())).not.toContain("sk_hush");
  await expect(ask()).rejects.toMatchObject({ refusal: "conflict" });
});

test.each(["", " ", "a b", "\u00fc", "x".repeat(256)])("'%s' is no name", async (name) => {
  await expect(createDesk().ask({ name })).rejects.toMatchObject({ refusal: "invalid", field: "Idempotency-Key" });
});
