import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { readOutside } from "../../unit/exports/outside-readers.ts";
import { digestOutside, rowsOutside } from "../../unit/exports/outside-rows.ts";
import { makeProgram } from "./a-program.ts";
import { createExportWorld } from "./export-world.ts";

const folder = mkdtempSync(path.join(tmpdir(), "bundle-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A whole bundle on disk, and what its manifest says. */
async function aBundle() {
  const world = createExportWorld();
  const made = await makeProgram(world);
  await world.customer("cus_lines", "part_1", { customer_key: 'a,b;c\t"d"\r\ne\nf', company_name: "=1+1 日本 🎉" });
  await world.deal("deal_lines", "part_2", { account_name: 'one\ntwo, "three"', amount: -1 });
  const message = await world.request();
  await world.deliver(message);
  const file = path.join(folder, `${message.key}.zip`);
  writeFileSync(file, world.archive(message));
  return { file, made, bundle: world.bundle(message) };
}

test("unzip finds a bundle whole, and each file with the bytes and digest that the manifest tells", async ({
  skip,
}) => {
  const { file, bundle } = await aBundle();
  // Whatever is installed of unzip and Python has looked at it.
  const [found = []] = readOutside([file], "");
  const told = bundle.manifest.files.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }));
  expect(found.slice(0, -1).map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }))).toEqual(told);
  const digests = told.map(({ name }) => digestOutside(file, name));
  skip(digests.includes(undefined), "unzip is not on PATH");
  expect(digests).toEqual(told.map(({ sha256 }) => sha256));
});

test("Python counts the rows of every file and adds up its amounts to what the manifest tells", async ({ skip }) => {
  const { file, made, bundle } = await aBundle();
  const found = rowsOutside(file, {
    "transactions.csv": { amount: "transaction_amount", by: "transaction_currency" },
    "deals.csv": { amount: "deal_amount", by: "deal_account_name", currencies: { 'one\ntwo, "three"': "USD" } },
    "rewards.csv": { amount: "reward_amount", by: "reward_key", currencies: Object.fromEntries(made.currencyOf) },
  });
  skip(found === undefined, "python3 is not on PATH");
  const { manifest, ...files } = bundle;
  expect(
    Object.fromEntries(Object.entries(found ?? {}).map(([name, { rows, sums }]) => [name, { rows, sums }])),
  ).toEqual(Object.fromEntries(manifest.files.map(({ name, rows, sums = {} }) => [name, { rows, sums }])));
  expect(Object.keys(found?.["transactions.csv"]?.sums ?? {})).toHaveLength(5);
  for (const [name, rows] of Object.entries(files)) {
    const [first] = rows;
    if (first !== undefined) expect(found?.[`${name}.csv`]?.columns).toEqual(Object.keys(first));
  }
});
