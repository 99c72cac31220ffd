import { expect, test } from "vitest";
import { bundleKey } from "../../../shared/exports/bundle-key.ts";
import { EVERYTHING } from "../../../shared/records/export-job.ts";
import { partnership } from "../../../shared/records/partnership.ts";
import { readArchive } from "../../unit/exports/read-archive.ts";
import { makeProgram, money } from "./a-program.ts";
import { betweenPages } from "./between-pages.ts";
import { createExportWorld, RATES } from "./export-world.ts";
import { column, FILES, type ReadBundle, type Row } from "./read-bundle.ts";

async function aProgram() {
  const world = createExportWorld();
  return { ...world, made: await makeProgram(world) };
}

/** Where a file's rows are named, by the column that names them. */
const KEYS = {
  partners: "partner_id",
  customers: "customer_ps_key",
  transactions: "transaction_key",
  rewards: "reward_key",
} as const;

const keysOf = (bundle: ReadBundle) =>
  Object.fromEntries(
    Object.entries(KEYS).map(([file, key]) => [file, column(bundle[file as keyof typeof KEYS], key).toSorted()]),
  );

/** US cents of a decimal amount, by long multiplication of decimals: nothing of the product is used. */
function cents(amount: string, rate: string | undefined): bigint {
  if (rate === undefined) return 0n;
  const [left, right] = [amount, rate].map((decimal) => {
    const [whole = "", fraction = ""] = decimal.split(".");
    return { digits: BigInt(whole + fraction), places: fraction.length };
  });
  if (left === undefined || right === undefined) return 0n;
  const unit = 10n ** BigInt(left.places + right.places);
  const hundredfold = left.digits * right.digits * 100n;
  const rounded = ((hundredfold < 0n ? -hundredfold : hundredfold) * 2n + unit) / (unit * 2n);
  return hundredfold < 0n ? -rounded : rounded;
}

const decimal = (minor: bigint, digits = 2): string => {
  const text = String(minor < 0n ? -minor : minor).padStart(digits + 1, "0");
  const fraction = digits === 0 ? "" : `.${text.slice(-digits)}`;
  return (minor < 0n ? "-" : "") + (digits === 0 ? text : text.slice(0, -digits)) + fraction;
};

/** Sums of decimals by currency, as the manifest has to give them. */
function sumsOf(amounts: readonly (readonly [amount: string, currency: string])[]): Record<string, string> {
  const sums = new Map<string, { minor: bigint; digits: number }>();
  for (const [amount, currency] of amounts) {
    const [whole = "", fraction = ""] = amount.split(".");
    const { minor = 0n } = sums.get(currency) ?? {};
    sums.set(currency, { minor: minor + BigInt(whole + fraction), digits: fraction.length });
  }
  return Object.fromEntries([...sums].map(([currency, { minor, digits }]) => [currency, decimal(minor, digits)]));
}

const of = (rows: readonly Row[], partner: string): Row[] => rows.filter((row) => row["partner_id"] === partner);

test("every record is in its file exactly once", async () => {
  const { made, exported } = await aProgram();
  const bundle = await exported();
  expect(keysOf(bundle)).toEqual({
    partners: [...made.partners].toSorted(),
    customers: [...made.customers].toSorted(),
    transactions: [...made.transactions].toSorted(),
    rewards: [...made.rewards].toSorted(),
  });
  expect(column(bundle.applications, "partner_id").toSorted()).toEqual([...made.partners].toSorted());
  expect([bundle.deals, bundle.leads]).toEqual([[], []]);
  expect(made.transactions.size).toBeGreaterThan(60);
  expect(made.rewards.size).toBeGreaterThan(30);
});

test("the files join: every partner, customer, transaction and reward that one names is in another", async () => {
  const { exported } = await aProgram();
  const bundle = await exported();
  const partners = new Set(column(bundle.partners, "partner_id"));
  for (const file of FILES) {
    for (const id of column(bundle[file], "partner_id")) if (id !== "") expect(partners, file).toContain(id);
  }
  expect(column(bundle.partners, "partner_id")).not.toContain("");
  expect(column(bundle.customers, "partner_id")).toContain("");

  const ownKeys = new Map(bundle.customers.map((row) => [row["customer_ps_key"], row["customer_key"]]));
  for (const row of bundle.transactions) expect(row["customer_key"]).toBe(ownKeys.get(row["customer_ps_key"]));
  const rewards = new Map(bundle.rewards.map((row) => [row["reward_key"], row]));
  const caused = bundle.transactions.flatMap((row) => {
    const amounts = row["reward_amount"]?.split("|") ?? [];
    return (row["reward_key"] ?? "")
      .split("|")
      .filter(Boolean)
      .map((key, index) => [key, row, amounts[index]] as const);
  });
  for (const [key, row, amount] of caused) {
    expect(rewards.get(key)).toMatchObject({
      partner_id: row["partner_id"],
      reward_transaction_key: row["transaction_key"],
      reward_customer_key: row["customer_key"],
      reward_amount: amount,
    });
  }
  const expectedOf = bundle.rewards.filter((row) => row["reward_transaction_key"] !== "");
  expect(caused.map(([key]) => key).toSorted()).toEqual(column(expectedOf, "reward_key").toSorted());
  expect(caused.length).toBeGreaterThan(5);
});

test("what partners.csv sums up is what the other files add up to", async () => {
  const { made, exported } = await aProgram();
  const { manifest, ...bundle } = await exported();
  const rate = (currency: string) => manifest.rates_to_usd[currency];
  for (const partner of bundle.partners) {
    const id = partner["partner_id"] ?? "";
    const paid = of(bundle.transactions, id).map((row) =>
      cents(row["transaction_amount"] ?? "", rate(row["transaction_currency"] ?? "")),
    );
    const earned = of(bundle.rewards, id).map((row) =>
      cents(row["reward_amount"] ?? "", rate(made.currencyOf.get(row["reward_key"] ?? "") ?? "")),
    );
    expect(partner).toMatchObject({
      total_number_of_customers: String(of(bundle.customers, id).length),
      total_number_of_transactions: String(paid.length),
      total_sum_of_transactions_usd: decimal(paid.reduce((sum, one) => sum + one, 0n)),
      total_sum_of_rewards: decimal(earned.reduce((sum, one) => sum + one, 0n)),
    });
  }
});

test("a customer's transactions are counted wherever they stayed", async () => {
  const { exported } = await aProgram();
  const { customers, transactions } = await exported();
  for (const row of customers) {
    const bought = transactions.filter((one) => one["customer_ps_key"] === row["customer_ps_key"]).length;
    expect(row).toMatchObject({
      number_of_transactions_for_customer: String(bought),
      customer_has_paid: String(bought > 0),
    });
  }
  const homes = Map.groupBy(transactions, (row) => row["customer_ps_key"]);
  const several = [...homes.values()].filter((rows) => new Set(column(rows, "partner_id")).size > 1);
  expect(several.length).toBeGreaterThan(5);
});

test("a payment that names no plan shows its subscription's, also where the customer has moved on", async () => {
  const world = createExportWorld();
  await world.program();
  await world.partner("part_1");
  await world.partner("part_2");
  const paid = {
    provider_key: "s1",
    amount: 1000,
    currency: "EUR",
    quantity: 1,
    transactions: 3,
    created_at: 0,
    paid_at: 0,
    transaction_key: "trx_2",
  };
  const subscriptions = [
    { ...paid, key: "sub_1", plan_name: "=Team" },
    { ...paid, key: "sub_2", plan_name: null },
  ];
  const buyer = await world.customer("cus_1", "part_1", { subscriptions });
  await world.transaction("trx_1", buyer, { subscription_key: "sub_1" });
  await world.transaction("trx_2", buyer, { subscription_key: "sub_1", subscription_plan: "Solo" });
  await world.transaction("trx_3", buyer, { subscription_key: "sub_2" });
  await world.transaction("trx_4", await world.move("cus_1", "part_2"), { subscription_key: "sub_1" });
  const { customers, transactions } = await world.exported();
  expect(transactions.map((row) => [row["partner_id"], row["transaction_key"], row["subscription_plan"]])).toEqual([
    ["part_1", "trx_1", "'=Team"],
    ["part_1", "trx_2", "Solo"],
    ["part_1", "trx_3", ""],
    ["part_2", "trx_4", "'=Team"],
  ]);
  expect(customers).toMatchObject([
    { subscription_plan_name: "'=Team|", subscription_plan_value: "10.00|10.00", subscription_count: "2" },
  ]);
});

test("the manifest tells the rows, the bytes, the digest and the sums of every file, and of the request", async () => {
  const world = await aProgram();
  const message = await world.request();
  const as_of = new Date(world.clock()).toISOString();
  await world.deliver(message);
  // Rows, bytes and digests are held against the files by whoever reads a bundle here.
  const { manifest, transactions, rewards } = world.bundle(message);
  const { files, ...rest } = manifest;
  expect(rest).toEqual({
    schema: 2,
    program: "acme",
    export: message.key,
    as_of,
    filters: { ...EVERYTHING, files: [...FILES] },
    rates_to_usd: RATES,
  });
  const paid = transactions.map((row) => [row["transaction_amount"] ?? "", row["transaction_currency"] ?? ""] as const);
  const earned = rewards.map(
    (row) => [row["reward_amount"] ?? "", world.made.currencyOf.get(row["reward_key"] ?? "") ?? ""] as const,
  );
  const withoutRate = ([, currency]: readonly [string, string]) => currency === "CHF";
  const tallied = Object.fromEntries(files.map(({ name, sums, unconverted }) => [name, { sums, unconverted }]));
  expect(tallied["transactions.csv"]).toEqual({ sums: sumsOf(paid), unconverted: sumsOf(paid.filter(withoutRate)) });
  expect(tallied["rewards.csv"]).toEqual({ sums: sumsOf(earned), unconverted: sumsOf(earned.filter(withoutRate)) });
  expect(Object.keys(tallied["rewards.csv"]?.sums ?? {})).toHaveLength(5);
  expect(tallied["partners.csv"]).toEqual({});
});

test("the job ends with what the manifest says, and the mail goes to who asked", async () => {
  const world = await aProgram();
  const message = await world.request();
  await world.deliver(message);
  const { manifest } = world.bundle(message);
  expect(await world.job(message)).toMatchObject({
    status: "completed",
    reason: null,
    progress: 100,
    finished_at: world.clock(),
    files: manifest.files.map(({ name, rows, bytes, sha256 }) => ({ name, rows, bytes, sha256 })),
  });
  expect(world.bundles.keys()).toEqual([bundleKey("acme", message.key)]);
  expect(world.mailQueue.messages).toEqual([{ mail: "bundle-ready", ...message }]);
  await world.deliverMail();
  expect(world.mails).toMatchObject([{ to: "ada@acme.example", subject: "Your export of Acme is ready" }]);
});

test("rows carry the words of the agreement", async () => {
  const world = createExportWorld();
  world.clock.set("2026-03-01T08:09:10.999Z");
  await world.program("acme", [{ key: "grup_1", name: "@Default" }]);
  await world.partner("part_1", { last_name: "Lovelace", manager: "+grace", tags: ["gold", "emea"], archived: true });
  await world.partner("part_2");
  const grace = await world.customer("cus_1", "part_1", { company_name: 'Cobol, "Inc."', name: "=Grace" });
  await world.customer("cus_2", null);
  world.clock.set("2026-03-02T00:00:00Z");
  const unapproved = { approved: false, unapproved_reasons: ["self referral", "fraud"], product_key: "-team" };
  await world.transaction("inv_1", grace, { ...money(-123_450, "KWD"), ...unapproved });
  const target = { customer_key: "cus_1", transaction_key: "inv_1" };
  await world.reward("rwrd_2", "part_1", {
    ...money(500, "JPY"),
    ...target,
    description: "=1+1",
    ready_at: world.clock(),
  });
  await world.reward("rwrd_1", "part_1", { ...money(7, "USD"), ...target, reward_status: "hold" });
  world.clock.set("2026-04-01T12:00:00Z");
  const { partners, customers, transactions, rewards } = await world.exported();

  const ours = {
    partner_id: "part_1",
    partner_name: "Ada Lovelace",
    partner_group: "'@Default",
    partner_program_join_date: "2026-03-01 08:09:10",
    partner_group_join_date: "2026-03-01 08:09:10",
    partner_manager: "'+grace",
    partner_tags: "gold|emea",
    exported_at: "2026-04-01 12:00:00",
  };
  const { partner_name: _, ...withoutName } = ours;
  expect(of(partners, "part_1")).toEqual([
    {
      ...withoutName,
      partner_firstname: "Ada",
      archived_status: "true",
      partner_email: "part_1@partners.example",
      total_number_of_customers: "1",
      total_number_of_transactions: "1",
      total_sum_of_transactions_usd: "-401.97",
      total_sum_of_rewards: "3.42",
    },
  ]);
  const plan = { subscription_plan_name: "", subscription_plan_value: "", subscription_count: "0" };
  expect(customers).toEqual([
    {
      ...ours,
      ...plan,
      customer_creation_date: "2026-03-01 08:09:10",
      customer_key: "own_cus_1",
      customer_ps_key: "cus_1",
      customer_creation_source: "import",
      customer_email: "cus_1@customers.example",
      customer_has_paid: "true",
      customer_company: 'Cobol, "Inc."',
      number_of_transactions_for_customer: "1",
    },
    {
      ...Object.fromEntries(Object.keys(ours).map((name) => [name, ""])),
      ...plan,
      customer_creation_date: "2026-03-01 08:09:10",
      customer_key: "own_cus_2",
      customer_ps_key: "cus_2",
      customer_creation_source: "import",
      customer_email: "cus_2@customers.example",
      customer_has_paid: "false",
      customer_company: "",
      number_of_transactions_for_customer: "0",
      exported_at: "2026-04-01 12:00:00",
    },
  ]);
  expect(transactions).toEqual([
    {
      ...ours,
      transaction_key: "inv_1",
      transaction_create_date: "2026-03-02 00:00:00",
      transaction_product_key: "'-team",
      transaction_amount: "-123.450",
      transaction_currency: "KWD",
      transaction_approved: "false",
      unapproved_reasons: "self referral|fraud",
      reward_key: "rwrd_1|rwrd_2",
      reward_amount: "0.07|500",
      customer_key: "own_cus_1",
      customer_ps_key: "cus_1",
      customer_name: "'=Grace",
      subscription_plan: "",
    },
  ]);
  const earned = {
    ...ours,
    reward_created_date: "2026-03-02 00:00:00",
    reward_source: "import",
    reward_transaction_key: "inv_1",
    reward_customer_key: "own_cus_1",
    reward_subscription_key: "",
  };
  expect(rewards).toEqual([
    {
      ...earned,
      reward_key: "rwrd_1",
      reward_amount: "0.07",
      reward_description: "Bonus",
      reward_status: "hold",
      reward_release_date: "",
    },
    {
      ...earned,
      reward_key: "rwrd_2",
      reward_amount: "500",
      reward_description: "'=1+1",
      reward_status: "pending",
      reward_release_date: "2026-03-02 00:00:00",
    },
  ]);
});

test("asked for a group, it holds that group's partners and what is theirs", async () => {
  const { exported } = await aProgram();
  const whole = await exported();
  const bundle = await exported({ group_key: "grup_2" });
  expect(new Set(column(bundle.partners, "partner_group"))).toEqual(new Set(["Agencies, large"]));
  expect(bundle.partners).toHaveLength(4);
  const partners = new Set(column(bundle.partners, "partner_id"));
  for (const file of FILES) {
    const wanted = whole[file].filter((row) => partners.has(row["partner_id"] ?? ""));
    expect(bundle[file], file).toEqual(wanted);
  }
  expect(bundle.manifest.filters).toMatchObject({ group_key: "grup_2" });
});

test("asked for some files, it holds those, as they are in the whole bundle, and the manifest", async () => {
  const { exported } = await aProgram();
  const whole = await exported();
  for (const files of [["partners", "rewards"], ["deals"], ["customers", "transactions"]] as const) {
    // Which files are in the archive is held against what was asked for by whoever reads a bundle here.
    const bundle = await exported({ files: [...files] });
    for (const file of files) expect(bundle[file], file).toEqual(whole[file]);
    expect(bundle.manifest.filters).toMatchObject({ files });
    const names: readonly string[] = files.map((file) => `${file}.csv`);
    expect(bundle.manifest.files).toEqual(whole.manifest.files.filter(({ name }) => names.includes(name)));
  }
  // The sums of partners.csv are of rows that need not be in any file.
  expect(new Set(column(whole.partners, "total_sum_of_transactions_usd")).size).toBeGreaterThan(5);
});

test("asked for some files, the job ends with those", async () => {
  const world = await aProgram();
  const message = await world.request({ files: ["partners", "rewards"] });
  await world.deliver(message);
  expect(readArchive(Buffer.from(world.archive(message))).map(({ name }) => name)).toEqual([
    "partners.csv",
    "rewards.csv",
    "manifest.json",
  ]);
  const { files } = await world.job(message);
  expect(files).toMatchObject([
    { name: "partners.csv", rows: world.made.partners.size },
    { name: "rewards.csv", rows: world.made.rewards.size },
  ]);
});

test("asked for a time, it holds what was created then, and sums it up", async () => {
  const { clock, exported } = await aProgram();
  const whole = await exported();
  const [from, to] = [clock() - 10 * 86_400_000, clock() - 5 * 86_400_000];
  for (const limits of [
    { from, to },
    { from, to: null },
    { from: null, to },
  ]) {
    const bundle = await exported({ all_time: false, ...limits });
    const isInTime = (cell = "") => {
      const at = Date.parse(`${cell.replace(" ", "T")}Z`);
      return at >= (limits.from ?? 0) && at <= (limits.to ?? Infinity);
    };
    for (const [file, date] of [
      ["customers", "customer_creation_date"],
      ["transactions", "transaction_create_date"],
      ["rewards", "reward_created_date"],
    ] as const) {
      const wanted = whole[file].filter((row) => isInTime(row[date]));
      const keys = (rows: readonly Row[]) => column(rows, KEYS[file]).toSorted();
      expect(keys(bundle[file]), file).toEqual(keys(wanted));
      expect(wanted.length, file).toBeGreaterThan(0);
      expect(wanted.length, file).toBeLessThan(whole[file].length);
    }
    // Every partner is there, whenever they joined: the others' rows lead to them.
    expect(column(bundle.partners, "partner_id")).toEqual(column(whole.partners, "partner_id"));
    for (const row of bundle.partners) {
      const id = row["partner_id"] ?? "";
      expect(row["total_number_of_transactions"]).toBe(String(of(bundle.transactions, id).length));
      expect(row["total_number_of_customers"]).toBe(String(of(bundle.customers, id).length));
    }
    const rewards = new Set(column(bundle.rewards, "reward_key"));
    for (const keys of column(bundle.transactions, "reward_key")) {
      for (const key of keys.split("|").filter(Boolean)) expect(rewards).toContain(key);
    }
  }
});

test("a record of the very first and the very last millisecond is in time", async () => {
  const { program, partner, customer, exported } = createExportWorld();
  await program();
  await partner("part_1");
  for (const created_at of [99, 100, 200, 201]) await customer(`cus_${created_at}`, "part_1", { created_at });
  const { customers } = await exported({ all_time: false, from: 100, to: 200 });
  expect(column(customers, "customer_ps_key")).toEqual(["cus_100", "cus_200"]);
});

test("a reward out of the time asked for is neither in its file nor beside its transaction", async () => {
  const { program, partner, customer, transaction, reward, exported } = createExportWorld();
  await program();
  await partner("part_1");
  const buyer = await customer("cus_1", "part_1");
  await transaction("trx_1", buyer, { created_at: 150 });
  const target = { customer_key: "cus_1", transaction_key: "trx_1" };
  for (const created_at of [150, 250]) await reward(`rwrd_${created_at}`, "part_1", { ...target, created_at });
  const { rewards, transactions, partners } = await exported({ all_time: false, from: 100, to: 200 });
  expect(column(rewards, "reward_key")).toEqual(["rwrd_150"]);
  expect(column(transactions, "reward_key")).toEqual(["rwrd_150"]);
  expect(column(partners, "total_sum_of_rewards")).toEqual(["1.00"]);
});

test("an empty program has seven files with their headers", async () => {
  const { program, exported } = createExportWorld();
  await program();
  const { manifest, ...files } = await exported();
  expect(Object.values(files)).toEqual(Array.from({ length: 7 }, () => []));
  expect(manifest.files.map(({ rows, bytes }) => [rows, bytes > 100])).toEqual(
    Array.from({ length: 7 }, () => [0, true]),
  );
});

test("a program with the same keys next door leaks nothing", async () => {
  const alone = await aProgram();
  const expected = await alone.exported();
  const shared = await aProgram();
  const next = { program: "globex" };
  await shared.program("globex", [{ key: "grup_1", name: "Globex" }]);
  await shared.partner("part_0", { ...next, first_name: "Eve" });
  await shared.partner("part_99", { ...next, email: "eve@globex.example" });
  const theirs = await shared.customer("cus_0", "part_0", { ...next, name: "Eve's" });
  await shared.customer("cus_5", null, next);
  await shared.transaction("trx_1", theirs, { ...next, amount: 666 });
  await shared.reward("rwrd_2_0", "part_0", { ...next, amount: 666, customer_key: "cus_0", transaction_key: "trx_1" });
  expect(await shared.exported()).toEqual(expected);

  const globex = await shared.exported({}, "globex");
  expect(keysOf(globex)).toEqual({
    partners: ["part_0", "part_99"],
    customers: ["cus_0", "cus_5"],
    transactions: ["trx_1"],
    rewards: ["rwrd_2_0"],
  });
  expect(globex.transactions).toMatchObject([
    { partner_group: "Globex", customer_name: "Eve's", transaction_amount: "6.66" },
  ]);
});

test("a partner who changes keeps one row, which tells the latest", async () => {
  const { program, partner, change, clock, exported } = createExportWorld();
  await program("acme", [
    { key: "grup_1", name: "Default" },
    { key: "grup_2", name: "Agencies" },
  ]);
  await partner("part_1");
  clock.advance(86_400_000);
  await change(partnership, "part_1", { group_key: "grup_2", group_joined_at: clock(), email: "new@partners.example" });
  const { partners } = await exported();
  expect(partners).toMatchObject([
    {
      partner_id: "part_1",
      partner_group: "Agencies",
      partner_program_join_date: "2026-04-01 12:00:00",
      partner_group_join_date: "2026-04-02 12:00:00",
      partner_email: "new@partners.example",
    },
  ]);
});

test("tells its progress while it goes on, at most once a second", async () => {
  const told: number[] = [];
  const between = async () => {
    world.clock.advance(400);
    told.push((await world.job(message)).progress);
  };
  const world = createExportWorld({ around: betweenPages(1, between) });
  await world.program();
  for (let index = 0; index < 20; index++) await world.partner(`part_${index}`);
  const message = await world.request();
  const started = world.clock();
  let writes = 0;
  world.table.beforeWrite = () => void (writes += 1);
  await world.deliver(message);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told[0]).toBe(0);
  expect(new Set(told).size).toBeGreaterThan(5);
  // A hundred is for what is done.
  expect(told.indexOf(100)).toBe(told.length - 1);
  // Beside the progress: running, and completed.
  expect(writes - 2).toBeLessThanOrEqual((world.clock() - started) / 1000);
  expect((await world.job(message)).progress).toBe(100);
});
