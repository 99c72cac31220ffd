import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { INDEXES } from "../../../shared/names.ts";
import { claimItem } from "../../../shared/ledger/claim.ts";
import { historyPlace } from "../../../shared/ledger/entry.ts";
import { toItem } from "../../../shared/ledger/stored.ts";
import type { Place } from "../../../shared/ports.ts";
import { type Customer, customer } from "../../../shared/records/customer.ts";
import { claimPlace, shardOf, timed } from "../../../shared/records/place.ts";
import { type Transaction, transaction } from "../../../shared/records/transaction.ts";

const PARTITION_BYTES = 2048;
const SORT_BYTES = 1024;
const PROGRAM = "p".repeat(40);
const AT = 253_402_300_799_000;
const CREATION = { mark: `imp_${"0".repeat(26)}/1000000`, at: AT };

/** As long as a cell may be: 255 units, of what takes most bytes. */
const LONGEST = ["語".repeat(255), "😀".repeat(127), `a${"😀".repeat(127)}`, "x".repeat(255)];

const aTransaction = (key: string): Transaction => ({
  program: PROGRAM,
  key,
  customer_key: `cus_${"0".repeat(26)}`,
  partnership_key: null,
  amount: 1,
  currency: "USD",
  amount_usd: 1,
  product_key: null,
  category_key: null,
  subscription_key: null,
  subscription_plan: null,
  approved: true,
  unapproved_reasons: [],
  archived: false,
  metadata: {},
  created_at: AT,
  updated_at: AT,
});

const aCustomer = (value: string): Customer => ({
  program: PROGRAM,
  key: `cus_${"0".repeat(26)}`,
  customer_key: value,
  email: `${"語".repeat(64)}@${"語".repeat(180)}.io`,
  name: value,
  anonymized: false,
  company_name: value,
  partnership_key: `part_${"0".repeat(26)}`,
  provider_key: value,
  source_type: "import",
  archived: false,
  fields: {},
  subscriptions: [],
  former_partnership_keys: [],
  created_at: AT,
  updated_at: AT,
});

const bytes = (...texts: readonly unknown[]): number => Buffer.byteLength(texts.join(""));

describe.each(LONGEST)("a key of %s", (key) => {
  it("fits into every key that DynamoDB is given", () => {
    const record = aTransaction(key);
    const buyer = aCustomer(key);
    const revision = { rev: 1, at: AT, mark: CREATION.mark };
    const items: readonly (Place & { [name: string]: unknown })[] = [
      toItem(transaction, record, revision),
      toItem(customer, buyer, revision),
      { ...historyPlace(transaction, record, 1) },
      ...transaction.unique(record).map((unique) => claimItem(transaction, record, unique, CREATION, true)),
      ...customer.unique(buyer).map((unique, at) => claimItem(customer, buyer, unique, CREATION, at === 0)),
      // A file may ask for anything.
      ...["partnership", "customer", "transaction"].map((kind) => ({ ...claimPlace(PROGRAM, kind, "key", key) })),
    ];
    for (const item of items) {
      expect(bytes(item.pk)).toBeLessThanOrEqual(PARTITION_BYTES);
      expect(bytes(item.sk)).toBeLessThanOrEqual(SORT_BYTES);
      expect(bytes(item[INDEXES.list.pk])).toBeLessThanOrEqual(PARTITION_BYTES);
      expect(bytes(item[INDEXES.list.sk])).toBeLessThanOrEqual(SORT_BYTES);
    }
  });
});

describe("timed", () => {
  it("sorts by time", () => {
    expect(timed(5, "b") < timed(10, "a")).toBe(true);
  });

  it("keeps long keys apart that begin alike", () => {
    const beginning = "x".repeat(254);
    const places = new Set(
      Array.from({ length: 1000 }, (_, at) => timed(AT, beginning + String.fromCodePoint(0x4e00 + at))),
    );
    expect(places.size).toBe(1000);
  });

  it("keeps two keys apart that a short hash takes for one", () => {
    // These two have the same 32-bit FNV-1a.
    const keys = ["inv82499", "inv627382"].map((end) => "x".repeat(240) + end);
    expect(new Set(keys.map((key) => shardOf(key, 0xffffffff))).size).toBe(1);
    expect(new Set(keys.map((key) => timed(AT, key))).size).toBe(2);
  });

  it("never ends in half a character, which would not be stored as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-composite", minLength: 100, maxLength: 255 }), (key) => {
        expect(timed(AT, key).isWellFormed()).toBe(true);
      }),
      { seed: 13 },
    );
    for (let pad = 0; pad < 4; pad++) expect(timed(AT, "a".repeat(pad) + "😀".repeat(125)).isWellFormed()).toBe(true);
  });
});
