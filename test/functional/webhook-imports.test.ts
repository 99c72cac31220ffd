import { expect, test } from "vitest";
import { undoImport } from "../../shared/imports/undo-import.ts";
import { group } from "../../shared/records/group.ts";
import { createImportWorld, lines } from "./imports-harness.ts";
import { addTrigger, aReward } from "./triggers.ts";
import { listen, toldBy } from "./webhook-listener.ts";
import { makeProgram } from "./exports/a-program.ts";
import { createExportWorld } from "./exports/export-world.ts";

const PARTNERS = lines(
  "partner_first,partner_last,partner_email,partner_key",
  "Ada,Lee,ada@x.io,ada",
  "Bo,Ng,bo@x.io,bo",
);
const CUSTOMERS = "customer_key,email,partner_key,name";
const TRANSACTIONS = "key,customer_key,amount_in_cents,currency";

const typesOf = (told: readonly { readonly type: string }[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { type } of told) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
};

test("an import tells of what it made and changed, of what triggers made of it, and of its end", async () => {
  const world = await createImportWorld({ partRows: 2 });
  await world.drop("partners", PARTNERS);
  await world.drop("customers", lines(CUSTOMERS, "u1,u1@x.io,ada,", "u2,u2@x.io,bo,"));
  await addTrigger(world, { event: "transaction_created", effects: [aReward({ amount: 500 })] });
  await addTrigger(world, {
    event: "transaction_created",
    effects: [
      {
        type: "move_group",
        group_key: world.stored(group)[1]?.key ?? "",
      },
    ],
  });
  await listen(world, ["*"]);
  world.clock.advance(10_000);
  await world.drop("transactions", lines(TRANSACTIONS, "t1,u1,1000,EUR", "t2,u2,2000,", "t3,u1,1,", "t3,nobody,1,"));
  const told = await toldBy(world);
  expect(typesOf(told)).toEqual({
    "transaction.created": 3,
    "reward.created": 3,
    "partnership.moved": 2,
    "partnership.updated": 2,
    "import.completed": 1,
  });
  expect(told.find(({ type }) => type === "import.completed")?.data).toMatchObject({
    status: "completed",
    percent: 100,
    rows: { total: 4, created: 3, failed: 1 },
  });
});

test("rows that are updated tell what has changed; unchanged ones, and those of a dry run, tell nothing", async () => {
  const world = await createImportWorld();
  await world.drop("partners", PARTNERS);
  await listen(world, ["customer.*", "lead.*"]);
  world.clock.advance(10_000);
  const dry = { folder: "dry-run/" };
  await world.drop("customers", lines(CUSTOMERS, "u1,u1@x.io,ada,"), dry);
  expect(world.webhooks.messages).toEqual([]);
  await world.drop("customers", lines(CUSTOMERS, "u1,u1@x.io,ada,"));
  await world.drop("customers", lines(CUSTOMERS, "u1,u1@x.io,ada,"));
  await world.drop("customers", lines(CUSTOMERS, "u1,u1@x.io,ada,Uma"));
  const told = await toldBy(world);
  expect(told.map(({ type, data }) => [type, data["name"]])).toEqual([
    ["customer.created", null],
    ["customer.updated", "Uma"],
  ]);
});

test("where nobody listens to what an import does, it sends and writes nothing for webhooks", async () => {
  const world = await createImportWorld();
  await listen(world, ["deal.created"]);
  world.clock.advance(10_000);
  await world.drop("partners", PARTNERS);
  expect(world.webhooks.messages).toEqual([]);
  expect(world.table.items().filter(({ pk }) => pk.includes("/webhook/"))).toEqual([]);
});

test("a file that is refused, and an import that is taken back, are told as well", async () => {
  const world = await createImportWorld();
  await listen(world, ["import.*"]);
  world.clock.advance(10_000);
  const { job } = await world.drop("partners", "nonsense\n1\n");
  expect(job.status).toBe("failed");
  const { job: good } = await world.drop("partners", PARTNERS);
  const principal = { program: "acme", kind: "key" as const, id: "pk_1", permissions: [] };
  await undoImport({ ledger: world.ledger, imports: world.imports, clock: world.clock }, principal, good);
  await world.drain();
  const told = await toldBy(world);
  expect(typesOf(told)).toEqual({ "import.failed": 1, "import.completed": 1, "import.undone": 1 });
});

test("exports tell of their end, once, however often it comes; those that were taken back do not", async () => {
  const world = createExportWorld();
  await makeProgram(world);
  await listen(world, ["export.*"]);
  world.clock.advance(10_000);
  const message = await world.request();
  for (let time = 0; time < 2; time++) await world.deliver(message);
  const revoked = await world.request();
  await world.revoke(revoked);
  await world.deliver(revoked);
  const told = await toldBy(world);
  expect(typesOf(told)).toEqual({ "export.completed": 1 });
  expect(told[0]?.data).toMatchObject({ key: message.key, status: "completed" });
});
