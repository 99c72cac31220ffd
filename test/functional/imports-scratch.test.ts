import { expect, test } from "vitest";
import { createImportWorld, lines, short } from "./imports-harness.ts";

const P = "partner_first,partner_last,partner_email,partner_key,partner_group";
test("hidden dependency in a wave: mail released", async () => {
  const w = await createImportWorld();
  await w.drop("partners", lines(P, "A,A,a@x.io,k1,"));
  const r = await w.drop("partners", lines(P, "A,A,b@x.io,k1,", "B,B,a@x.io,k2,"));
  expect(short(r)).toEqual(["updated", "created"]);
  expect((await w.find("partnership", "partner_key", "k2"))?.email).toBe("a@x.io");
  expect((await w.find("partnership", "partner_key", "k1"))?.email).toBe("b@x.io");
});
test("hidden dependency 2: same record by two names", async () => {
  const w = await createImportWorld();
  await w.drop("partners", lines(P, "A,A,a@x.io,k1,"));
  const r = await w.drop("partners", lines(P, "A2,A,a@x.io,,", "A3,A,b@x.io,k1,"));
  expect(short(r)).toEqual(["updated", "updated"]);
  expect(w.stored((await import("../../shared/records/partnership.ts")).partnership)).toMatchObject([{ first_name: "A3", email: "b@x.io" }]);
});
test("crash: unchanged then updated", async () => {
  const w = await createImportWorld();
  await w.drop("partners", lines(P, "A,A,a@x.io,k1,"));
  const o = w.put("imports/acme/partners/f.csv", lines(P, "A,A,a@x.io,k1,", "B,A,a@x.io,k1,"));
  w.clock.advance(1000);
  await w.open(o);
  const [m] = w.imports.drain();
  let n = 0;
  w.table.beforeWrite = () => { if (++n >= 2) throw new Error("x"); };
  await expect(w.work(m!)).rejects.toThrow();
  w.table.beforeWrite = () => undefined;
  await w.work(m!);
  await w.drain();
  const r = await w.result(o);
  expect(short(r)).toEqual(["unchanged", "updated"]);
  expect((await w.find("partnership", "partner_key", "k1"))?.first_name).toBe("B");
});
test("rewards: targets of two types with one name", async () => {
  const w = await createImportWorld();
  await w.drop("partners", lines(P, "A,A,a@x.io,k1,"));
  await w.drop("customers", lines("customer_key,email,partner_key", "x,c@x.io,k1", "y,d@x.io,k1"));
  await w.drop("transactions", lines("key,customer_key,amount_in_cents", "x,y,100"));
  const r = await w.drop("rewards", lines("partner_key,target_type,target_key,amount_in_cents,reward_description", "k1,transaction,x,1,a", "k1,customer,x,2,b"));
  expect(short(r)).toEqual(["created", "created"]);
  expect(w.stored((await import("../../shared/records/reward.ts")).reward).map((x) => x.transaction_key).sort()).toEqual([null, "x"].sort());
});
test("currency kept", async () => {
  const w = await createImportWorld();
  await w.drop("partners", lines(P, "A,A,a@x.io,k1,"));
  await w.drop("customers", lines("customer_key,email,partner_key", "x,c@x.io,k1", "y,d@x.io,k1"));
  await w.drop("transactions", lines("key,customer_key,amount_in_cents,currency", "x,y,100,EUR"));
  const r = await w.drop("transactions", lines("key,customer_key,amount_in_cents", "x,y,100"));
  expect(short(r)).toEqual(["unchanged"]);
});
test("constructor", async () => {
  const w = await createImportWorld();
  const r = await w.drop("constructor", lines(P, "A,A,a@x.io,k1,"));
  expect(r.job).toMatchObject({ status: "failed", reason_code: "unknown_type" });
});
test("constructor flag", async () => {
  const w = await createImportWorld();
  await w.drop("partners", lines(P, "A,A,a@x.io,k1,"));
  const r = await w.drop("rewards", lines("partner_key,amount_in_cents,reward_description,is_external", "k1,1,a,constructor"));
  expect(short(r)).toEqual(["failed bad_flag"]);
});
test("lines", async () => {
  const w = await createImportWorld();
  const r = await w.drop("partners", 'partner_first,partner_last,partner_email\r\n"A\r\nB",A,a@x.io\r\nB,B,b@x.io\r\n');
  expect(r.outcomes.map((o) => o.line)).toEqual([2, 4]);
});
