import { readFileSync } from "node:fs";
import { type Bundle, cell, plain, readCsv, type Row, rowsOf } from "./platform-bundle.ts";
import { majorUnits, minorUnits, sum, usdCents } from "./platform-money.ts";

const FOLDER = new URL("../../infra/local/sample/", import.meta.url);

export const SAMPLE_TYPES = ["partners", "customers", "transactions", "rewards", "leads", "deals"] as const;
export type SampleType = (typeof SAMPLE_TYPES)[number];

export const sampleFile = (type: SampleType): Buffer => readFileSync(new URL(`${type}.csv`, FOLDER));

interface Program {
  readonly groups: readonly { readonly name: string; readonly slug: string; readonly default: boolean }[];
}

const JOIN_COLUMNS = [
  "partner_id",
  "partner_name",
  "partner_group",
  "partner_program_join_date",
  "partner_group_join_date",
  "partner_manager",
  "partner_tags",
] as const;

const NO_PARTNER = JOIN_COLUMNS.map(() => "");

/** The columns in which each row of the bundle tells its row of the sample, in the order of {@link expectedRows}. */
const COMPARED: Readonly<Record<SampleType, readonly string[]>> = {
  partners: [
    "partner_email",
    "partner_firstname",
    "partner_group",
    "partner_program_join_date",
    "partner_group_join_date",
    "partner_manager",
    "partner_tags",
    "archived_status",
  ],
  customers: [
    ...JOIN_COLUMNS,
    "customer_key",
    "customer_email",
    "customer_company",
    "customer_creation_date",
    "customer_creation_source",
    "customer_has_paid",
    "number_of_transactions_for_customer",
    "subscription_plan_name",
    "subscription_plan_value",
    "subscription_count",
  ],
  transactions: [
    ...JOIN_COLUMNS,
    "transaction_key",
    "transaction_create_date",
    "transaction_product_key",
    "transaction_amount",
    "transaction_currency",
    "transaction_approved",
    "unapproved_reasons",
    "customer_key",
    "customer_name",
    "subscription_plan",
  ],
  rewards: [
    ...JOIN_COLUMNS,
    "reward_amount",
    "reward_description",
    "reward_created_date",
    "reward_status",
    "reward_source",
    "reward_transaction_key",
    "reward_customer_key",
    "reward_release_date",
  ],
  leads: [
    ...JOIN_COLUMNS.filter((column) => column !== "partner_group"),
    "lead_email",
    "lead_status",
    "lead_amount",
    "lead_created_date",
    "lead_approved",
    "lead_decline_reason",
    "customer_key",
    "customer_name",
  ],
  deals: [
    "partner_id",
    "deal_account_name",
    "deal_email",
    "deal_stage",
    "deal_amount",
    "deal_close_date",
    "deal_created_date",
    "deal_lost_reason",
    "deal_contact_first_name",
    "customer_key",
    "customer_name",
  ],
};

/** The rows of a bundle's file in the compared columns, as they were before a spreadsheet was thought of. */
export const comparedRows = (bundle: Bundle, type: SampleType): string[][] =>
  rowsOf(bundle, type).map((row) => COMPARED[type].map((column) => plain(cell(row, column))));

/** The sample's files, and what a bundle of them has to show. */
export function readSample() {
  const program: Program = JSON.parse(readFileSync(new URL("program.json", FOLDER), "utf8"));
  const [partners, customers, transactions, rewards, leads, deals] = [
    readCsv(sampleFile("partners")),
    readCsv(sampleFile("customers")),
    readCsv(sampleFile("transactions")),
    readCsv(sampleFile("rewards")),
    readCsv(sampleFile("leads")),
    readCsv(sampleFile("deals")),
  ];
  const partnerOf = by(partners, "partner_key");
  const customerOf = by(customers, "customer_key");
  const transactionOf = by(transactions, "key");
  const bought = new Map<string, number>();
  for (const row of transactions) {
    const key = cell(row, "customer_key");
    bought.set(key, (bought.get(key) ?? 0) + 1);
  }
  const subscribed = Map.groupBy(
    transactions.filter((row) => cell(row, "subscription_key") !== ""),
    (row) => cell(row, "customer_key"),
  );
  const groupOf = (partner: Row): string => {
    const wanted = cell(partner, "partner_group").toLowerCase();
    const found = program.groups.find(
      ({ name, slug, default: isDefault }) =>
        (wanted === "" && isDefault) || [name.toLowerCase(), slug.toLowerCase()].includes(wanted),
    );
    return found?.name ?? `no group ${wanted}`;
  };

  /** What every row of a partner says of the partner; the key by which we know it comes from the bundle. */
  const join = (partnerKey: string, ids: ReadonlyMap<string, string>): readonly string[] => {
    if (partnerKey === "") return NO_PARTNER;
    const partner = partnerOf.get(partnerKey);
    const joined = instant(cell(partner, "partner_joined_date"));
    return [
      ids.get(cell(partner, "partner_email")) ?? "not in the bundle",
      `${cell(partner, "partner_first")} ${cell(partner, "partner_last")}`,
      partner === undefined ? "" : groupOf(partner),
      joined,
      joined,
      cell(partner, "partner_manager"),
      cell(partner, "partner_tags"),
    ];
  };

  const partnerRows = () =>
    partners.map((row) => {
      const joined = instant(cell(row, "partner_joined_date"));
      return [
        cell(row, "partner_email"),
        cell(row, "partner_first"),
        groupOf(row),
        joined,
        joined,
        cell(row, "partner_manager"),
        cell(row, "partner_tags"),
        "false",
      ];
    });

  const customerRows = (ids: ReadonlyMap<string, string>) =>
    customers.map((row) => {
      const key = cell(row, "customer_key");
      const count = bought.get(key) ?? 0;
      return [
        ...join(cell(row, "partner_key"), ids),
        key,
        cell(row, "email"),
        cell(row, "company_name"),
        instant(cell(row, "created_at")),
        "import",
        String(count > 0),
        String(count),
        ...subscriptionCells(subscribed.get(key) ?? []),
      ];
    });

  const transactionRows = (ids: ReadonlyMap<string, string>) =>
    transactions.map((row) => {
      const customer = customerOf.get(cell(row, "customer_key"));
      const currency = cell(row, "currency") || "USD";
      return [
        ...join(cell(customer, "partner_key"), ids),
        cell(row, "key"),
        instant(cell(row, "created_at")),
        cell(row, "product_key"),
        majorUnits(minorUnits(cell(row, "amount_in_dollars"), currency), currency),
        currency,
        "true",
        "",
        cell(row, "customer_key"),
        cell(customer, "name"),
        cell(row, "subscription_plan"),
      ];
    });

  const rewardRow = (row: Row, ids: ReadonlyMap<string, string>): string[] => {
    const target = cell(row, "target_key");
    const isForTransaction = cell(row, "target_type") === "transaction";
    const currency = cell(row, "reward_currency") || "USD";
    return [
      ...join(cell(row, "partner_key"), ids),
      majorUnits(BigInt(cell(row, "amount_in_cents")), currency),
      cell(row, "reward_description"),
      instant(cell(row, "created_at")),
      cell(row, "status") || "pending",
      "import",
      isForTransaction ? target : "",
      isForTransaction ? cell(transactionOf.get(target), "customer_key") : target,
      "",
    ];
  };

  const worth = (row: Row): string => {
    const amount = cell(row, "amount_in_cents");
    return amount === "" ? "" : majorUnits(BigInt(amount), cell(row, "currency"));
  };
  const becameOf = (row: Row): readonly string[] => {
    const key = cell(row, "customer_key");
    return key === "" ? ["", ""] : [key, cell(customerOf.get(key), "name")];
  };

  const leadRows = (ids: ReadonlyMap<string, string>) =>
    leads.map((row) => [
      ...join(cell(row, "partner_key"), ids).filter((_, at) => JOIN_COLUMNS[at] !== "partner_group"),
      cell(row, "email"),
      cell(row, "status"),
      worth(row),
      instant(cell(row, "created_at")),
      cell(row, "approved"),
      cell(row, "decline_reason"),
      ...becameOf(row),
    ]);

  const dealRows = (ids: ReadonlyMap<string, string>) =>
    deals.map((row) => [
      join(cell(row, "partner_key"), ids)[0] ?? "",
      cell(row, "account_name"),
      cell(row, "email"),
      cell(row, "stage"),
      worth(row),
      cell(row, "close_date"),
      instant(cell(row, "created_at")),
      cell(row, "lost_reason"),
      cell(row, "contact_first_name"),
      ...becameOf(row),
    ]);

  return {
    rows: { partners, customers, transactions, rewards, leads, deals },
    expectedRows(type: SampleType, ids: ReadonlyMap<string, string>): string[][] {
      if (type === "partners") return partnerRows();
      if (type === "customers") return customerRows(ids);
      if (type === "transactions") return transactionRows(ids);
      if (type === "leads") return leadRows(ids);
      if (type === "deals") return dealRows(ids);
      return rewards.map((row) => rewardRow(row, ids));
    },
    /** Address, agreement and description of whoever has applied, as applications.csv tells them. */
    applications: () =>
      partners.map((row) => [
        cell(row, "partner_email"),
        { yes: "true", no: "false" }[cell(row, "agreement")] ?? "",
        cell(row, "business_description"),
      ]),
    /** The currency of a reward, which the bundle does not show, by its compared cells. */
    rewardCurrencies: (ids: ReadonlyMap<string, string>): Map<string, Set<string>> => {
      const found = new Map<string, Set<string>>();
      for (const row of rewards) {
        const text = JSON.stringify(rewardRow(row, ids));
        found.set(text, (found.get(text) ?? new Set()).add(cell(row, "reward_currency") || "USD"));
      }
      return found;
    },
  };
}

/** Plan, price and number of a customer's subscriptions, of which the sample has one at most. */
function subscriptionCells(rows: readonly Row[]): readonly string[] {
  const paid = rows.filter((row) => !cell(row, "amount_in_dollars").startsWith("-"));
  const latest = (paid.length > 0 ? paid : rows).toSorted((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1)).at(-1);
  if (latest === undefined) return ["", "", "0"];
  const currency = cell(latest, "currency") || "USD";
  const price = paid.length > 0 ? minorUnits(cell(latest, "amount_in_dollars"), currency) : 0n;
  return [cell(latest, "subscription_plan"), majorUnits(price, currency), "1"];
}

const rankOf = (row: Row): string => `${instant(cell(row, "created_at"))} ${cell(row, "key")}`;

/** `partner_id` by the e-mail address of the partner. */
export const partnerIds = (bundle: Bundle): Map<string, string> =>
  new Map(rowsOf(bundle, "partners").map((row) => [plain(cell(row, "partner_email")), cell(row, "partner_id")]));

/** What a partner's row adds up, counted from the rows of the other files. */
export function countedSums(bundle: Bundle, rewardCurrency: (row: Row) => string): Map<string, string[]> {
  const { rates_to_usd: rates } = bundle.manifest;
  const worth = (minor: bigint, currency: string): bigint => {
    const rate = rates[currency];
    return rate === undefined ? 0n : usdCents(minor, currency, rate);
  };
  const ofPartner = (name: string) => Map.groupBy(rowsOf(bundle, name), (row) => cell(row, "partner_id"));
  const [customers, transactions, rewards] = [ofPartner("customers"), ofPartner("transactions"), ofPartner("rewards")];
  const paid = (row: Row) => {
    const currency = cell(row, "transaction_currency");
    return worth(minorUnits(cell(row, "transaction_amount"), currency), currency);
  };
  const earned = (row: Row) => {
    const currency = rewardCurrency(row);
    return worth(minorUnits(cell(row, "reward_amount"), currency), currency);
  };
  return new Map(
    rowsOf(bundle, "partners").map((row) => {
      const id = cell(row, "partner_id");
      const bought = transactions.get(id) ?? [];
      return [
        id,
        [
          String(customers.get(id)?.length ?? 0),
          String(bought.length),
          majorUnits(sum(bought.map(paid)), "USD"),
          majorUnits(sum((rewards.get(id) ?? []).map(earned)), "USD"),
        ],
      ];
    }),
  );
}

/** What the rows of partners.csv say they add up to. */
export const shownSums = (bundle: Bundle): Map<string, string[]> =>
  new Map(
    rowsOf(bundle, "partners").map((row) => [
      cell(row, "partner_id"),
      [
        cell(row, "total_number_of_customers"),
        cell(row, "total_number_of_transactions"),
        cell(row, "total_sum_of_transactions_usd"),
        cell(row, "total_sum_of_rewards"),
      ],
    ]),
  );

const by = (rows: readonly Row[], column: string): Map<string, Row> =>
  new Map(rows.map((row) => [cell(row, column), row]));

/** "2026-03-31" and "2026-03-31 08:30" as the bundle writes them. */
const instant = (text: string): string => text + "2000-01-01 00:00:00".slice(text.length);
