import * as fc from "fast-check";
import type { BadLine, CustomerRow, DealRow, LeadRow, PartnerRow, RewardRow, TransactionRow } from "./imports-model.ts";
import { triggerSpecs } from "./imports-property-triggers.ts";

type Line<Row> = { readonly row: Row } | BadLine;
export type File =
  | { readonly type: "partners"; readonly lines: readonly Line<PartnerRow>[] }
  | { readonly type: "customers"; readonly lines: readonly Line<CustomerRow>[] }
  | { readonly type: "transactions"; readonly lines: readonly Line<TransactionRow>[] }
  | { readonly type: "rewards"; readonly lines: readonly Line<RewardRow>[] }
  | { readonly type: "leads"; readonly lines: readonly Line<LeadRow>[] }
  | { readonly type: "deals"; readonly lines: readonly Line<DealRow>[] };

/** Mostly empty. */
const often = (...cells: readonly string[]) => fc.constantFrom("", "", ...cells);
const cell = (...cells: readonly string[]) => fc.constantFrom(...cells);
const rarely = (bad: string, cells: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 14, arbitrary: cells }, { weight: 1, arbitrary: fc.constant(bad) });

const dates = rarely("soon", often("2026-01-31", "2026-02-01", "2025-12-31"));
const amounts = rarely("12x", cell("100", "-100", "2550", "300", "1", "0"));
const partnerEmails = cell("a@x.io", "A@X.io", "b@x.io", "c@x.io", "d@x.io");
const partnerKeys = often("k1", "k2", "k3", "k4");
const customerKeys = cell("u1", "u2", "u3", "u4");

const partnerRow = fc.record<PartnerRow>({
  partner_first: rarely("", cell("Ada", "Bo")),
  partner_last: cell("Lee", "Ng"),
  partner_email: rarely("not an address", partnerEmails),
  partner_key: partnerKeys,
  partner_group: rarely("nobody's", often("gold", "Affiliates", "Gold Resellers")),
  partner_manager: often("Max", "max", "Mia"),
  partner_tags: often("x|y", "z", "X|w"),
  partner_joined_date: dates,
});

const customerRow = fc.record<CustomerRow>({
  customer_key: fc.oneof({ weight: 5, arbitrary: customerKeys }, { weight: 1, arbitrary: fc.constant("") }),
  ps_customer_key: fc.oneof({ weight: 8, arbitrary: fc.constant("") }, { weight: 2, arbitrary: customerKeys }),
  email: rarely("not an address", rarely("", cell("u1@x.io", "U1@x.io", "u2@x.io", "u3@x.io", "u4@x.io", "u5@x.io"))),
  partner_key: rarely("k9", partnerKeys),
  name: often("Uma", "Udo"),
  provider_key: often("p1", "p2"),
  created_at: dates,
});

/** Provider's key and plan of a transaction that has no plan without a key, and of one that has no key without a plan. */
const KEYED = [
  ["s1", "Team"],
  ["s1", ""],
  ["s2", "Team"],
  ["s1", "Business"],
  ["s2", ""],
  ["", ""],
] as const;
const NAMED = [
  ["", "Solo"],
  ["", "so-lo"],
  ["", "Max"],
  ["s1", "Max"],
  ["s2", "Team"],
  ["", ""],
] as const;
const isKeyed = (key: string): boolean => ["t1", "t2", "t3", "t4"].includes(key);

const transactionRow = fc
  .record({
    key: often("t1", "t2", "t3", "t4", "t5", "t6", "t7"),
    customer_key: rarely("u9", cell("u1", "u2", "u3", "u1", "u2", "u4")),
    amount_in_cents: amounts,
    currency: often("USD", "", "EUR", "eur", "JPY", "CHF"),
    product_key: often("team", "solo"),
    partner_key: rarely("k9", often("k1", "k2", "k3")),
    created_at: dates,
    subscription: fc.nat({ max: 8 }),
    subscription_quantity: rarely("0", often("1", "3")),
    subscription_value_in_cents: rarely("0", often("70", "100")),
  })
  .map(({ subscription, subscription_quantity, subscription_value_in_cents, ...row }): TransactionRow => {
    const [subscription_key, subscription_plan] = (isKeyed(row.key) ? KEYED : NAMED)[subscription] ?? ["", ""];
    return { ...row, subscription_key, subscription_plan, subscription_quantity, subscription_value_in_cents };
  });

const rewardRow = fc.record<RewardRow>({
  partner_email: often("a@x.io", "B@x.io", "z@x.io"),
  partner_key: partnerKeys,
  target_type: often("transaction", "customer"),
  target_key: often("t1", "t2", "u1", "u2"),
  amount_in_cents: amounts,
  reward_description: rarely("", cell("Bonus")),
  reward_currency: often("EUR", "CHF"),
  status: often("paid", "hold"),
  created_at: often("2026-01-31", "2026-02-01"),
});

const leadRow = fc.record<LeadRow>({
  external_key: often("l1", "l2", "l3"),
  partner_key: fc.oneof({ weight: 9, arbitrary: cell("k1", "k2", "k3", "k4") }, { weight: 1, arbitrary: often("k9") }),
  first_name: rarely("", cell("Lu", "Lo")),
  last_name: cell("Lee", "Ng"),
  email: rarely("not an address", rarely("", cell("l1@x.io", "L1@X.io", "l2@x.io", "l3@x.io"))),
  company: cell("Cobol"),
  status: rarely("lost", cell("open", "closed won", "Closed-Won", "dead", "vip")),
  amount: rarely("12x", often("100", "250")),
  created_at: dates,
});

const dealRow = fc.record<DealRow>({
  external_key: often("d1", "d2", "d3"),
  partner_key: fc.oneof({ weight: 9, arbitrary: cell("k1", "k2", "k3", "k4") }, { weight: 1, arbitrary: often("k9") }),
  amount: amounts,
  currency: often("USD", "EUR", "jpy"),
  close_date: rarely("soon", cell("2026-03-31", "2026-04-30")),
  stage: rarely("lost", cell("working", "Closed_won", "Negotiating", "Signed")),
  account_name: often("Cobol", "Fortran"),
  created_at: dates,
});

/** A quote within a cell of its own costs that line only; where several stand in a file, they may make one record. */
const badLine = (width: number): fc.Arbitrary<BadLine> =>
  fc.constantFrom<BadLine>(
    { text: "", outcome: null },
    { text: ",".repeat(width - 1), outcome: "skipped blank_row" },
    { text: "one,two", outcome: "failed ragged_row" },
    { text: `${",".repeat(width - 1)},too far`, outcome: "failed ragged_row" },
    { text: `a"b${",".repeat(width - 1)}`, outcome: "failed bad_quote" },
  );

/** A row whose end was lost on the way, or one of its separators. */
const damagedLine = <Row extends object>(row: fc.Arbitrary<Row>): fc.Arbitrary<BadLine> =>
  fc.tuple(row, fc.nat(), fc.boolean()).map(([one, at, isCut]): BadLine => {
    const cells = Object.values(one).map(String);
    const place = 1 + (at % (cells.length - 1));
    const kept = isCut
      ? cells.slice(0, place)
      : [...cells.slice(0, place - 1), cells.slice(place - 1, place + 1).join(""), ...cells.slice(place + 1)];
    const text = kept.join(",");
    if (text === "") return { text, outcome: null };
    return { text, outcome: /^,*$/.test(text) ? "skipped blank_row" : "failed ragged_row" };
  });

const linesOf = <Row extends object>(row: fc.Arbitrary<Row>, width: number): fc.Arbitrary<Line<Row>[]> =>
  fc.array(
    fc.oneof<
      [{ weight: number; arbitrary: fc.Arbitrary<Line<Row>> }, { weight: number; arbitrary: fc.Arbitrary<Line<Row>> }]
    >(
      { weight: 12, arbitrary: row.map((one) => ({ row: one })) },
      { weight: 1, arbitrary: fc.oneof(badLine(width), damagedLine(row)) },
    ),
    { minLength: 1, maxLength: 14, size: "max" },
  );

const partnersFile = linesOf(partnerRow, 8).map((lines): File => ({ type: "partners", lines }));
const customersFile = linesOf(customerRow, 7).map((lines): File => ({ type: "customers", lines }));
const transactionsFile = linesOf(transactionRow, 11).map((lines): File => ({ type: "transactions", lines }));
const rewardsFile = linesOf(rewardRow, 9).map((lines): File => ({ type: "rewards", lines }));
const leadsFile = linesOf(leadRow, 9).map((lines): File => ({ type: "leads", lines }));
const dealsFile = linesOf(dealRow, 8).map((lines): File => ({ type: "deals", lines }));

const anyFile = fc.oneof(
  partnersFile,
  customersFile,
  { weight: 2, arbitrary: transactionsFile },
  rewardsFile,
  leadsFile,
  dealsFile,
);

/** Rows to begin with, so that those of other files have something to be about. */
const firstPartners: readonly PartnerRow[] = [
  ["Ada", "Lee", "a@x.io", "k1", ""],
  ["Bo", "Ng", "b@x.io", "k2", "gold"],
].map(([partner_first = "", partner_last = "", partner_email = "", partner_key = "", partner_group = ""]) => ({
  partner_first,
  partner_last,
  partner_email,
  partner_key,
  partner_group,
  partner_manager: "",
  partner_tags: "",
  partner_joined_date: "",
}));
const firstCustomers: readonly CustomerRow[] = [
  ["u1", "u1@x.io", "k1"],
  ["u2", "u2@x.io", "k2"],
  ["u3", "u3@x.io", "k1"],
].map(([customer_key = "", email = "", partner_key = ""]) => ({
  customer_key,
  email,
  partner_key,
  ps_customer_key: "",
  name: "",
  provider_key: "",
  created_at: "",
}));

const behind = <Row extends object>(first: readonly Row[], lines: fc.Arbitrary<Line<Row>[]>) =>
  fc
    .tuple(fc.constantFrom(true, true, true, false), lines)
    .map(([isThere, others]) => [...(isThere ? first.map((row) => ({ row })) : []), ...others]);

/** How a file is to be imported. */
export interface Wishes {
  readonly disable: boolean;
  readonly invite: boolean;
  /** Whether it is tried before. */
  readonly dry: boolean;
  readonly policy: "none" | "all" | "some" | "half";
  /** Before which of its messages it is canceled. */
  readonly cancel: number | null;
  readonly cancelDry: number | null;
}

const repeated = <T>(times: number, one: T): T[] => Array.from({ length: times }, () => one);

const seldom = fc.constantFrom(false, false, false, false, true);

const moments = fc.constantFrom(...repeated(18, null), 1, 2, 3, 4, 6, 9);

const anyWishes = fc.record<Wishes>({
  disable: fc.constantFrom(...repeated(9, false), true),
  invite: seldom,
  dry: fc.constantFrom(false, false, true),
  policy: fc.constantFrom<Wishes["policy"][]>(...repeated(16, "none" as const), "all", "some", "half", "half"),
  cancel: moments,
  cancelDry: moments,
});

const wished = (file: fc.Arbitrary<File>) => fc.record({ file, wishes: anyWishes });

/** Files of a program with triggers, and how each is to be imported. */
export const anyRun = fc.record({
  // Something to refer to first, then anything.
  files: fc
    .tuple(
      wished(behind(firstPartners, linesOf(partnerRow, 8)).map((lines): File => ({ type: "partners", lines }))),
      wished(behind(firstCustomers, linesOf(customerRow, 7)).map((lines): File => ({ type: "customers", lines }))),
      wished(transactionsFile),
      fc.array(wished(anyFile), { maxLength: 4, size: "max" }),
    )
    .map(([partners, customers, transactions, others]) => [partners, customers, transactions, ...others]),
  triggers: triggerSpecs,
  partRows: fc.integer({ min: 1, max: 6 }),
  waveRows: fc.integer({ min: 1, max: 6 }),
  seed: fc.integer(),
  lineEnd: fc.constantFrom("\n", "\r\n", "\r"),
});
