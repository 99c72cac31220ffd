import type { ConsumedCapacity, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { searchPage } from "../../shared/api/partnerships/search-page.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import { toItem } from "../../shared/ledger/stored.ts";
import { PARTNER_DEFAULTS, type Partnership, partnership } from "../../shared/records/partnership.ts";
import { searchable } from "../../shared/records/searchable.ts";
import { startLocalTable } from "../contract/local-table.ts";
import { type BenchLine, whole } from "./lines.ts";

const START = Date.UTC(2025, 0, 1);
const LIMIT = 10;
const ROUNDS = 4;
const MOST_SECONDS = 1;
const FIRST = ["Ada", "Grace", "Élodie", "Jürgen", "Ngozi", "Li", "Marie-Claire", "Søren", "Anastasia", "Bo"];
const LAST = ["Lovelace", "Hopper", "Şahin", "O'Neill", "Müller", "Garcia", "Nakamura", "van Dijk", "Smith", "Zhang"];

/** Part of many names, of some, of one, and of none. */
const TEXTS = ["a", "ovel", "müll", "ne smi", "77", "partner-1234@", "nobody is called this"];

/** A search by part of a name or address among so many partners, on the local DynamoDB. */
export async function partnerSearch(partners = 100_000): Promise<BenchLine> {
  const local = await startLocalTable();
  try {
    const all = Array.from({ length: partners }, (_, at) => aPartner(at));
    for (let from = 0; from < all.length; from += 5_000) {
      await local.table.insert(all.slice(from, from + 5_000).map((one) => toItem(partnership, one, REVISION)));
    }
    const units = countReads(local.client);
    const ledger = createLedger({ table: local.table, clock: () => START });
    const times: number[] = [];
    let exact = true;
    for (const text of Array.from({ length: ROUNDS }, () => TEXTS).flat()) {
      const start = performance.now();
      const { items, has_more } = await searchPage(ledger, "bench", { limit: String(LIMIT) }, { search: text });
      times.push((performance.now() - start) / 1000);
      const found = all.filter((one) => textOf(one).includes(searchable(text)));
      exact &&= items.length === Math.min(LIMIT, found.length) && has_more === found.length > LIMIT;
      exact &&= items.every((one) => textOf(one).includes(searchable(text)));
    }
    const p95 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? NaN;
    return {
      name: `search among ${whole(partners)} partners`,
      figure: `p95 ${p95.toFixed(2)} s, ${whole(units() / times.length)} read units`,
      limit: `${MOST_SECONDS} s`,
      ratio: p95 / MOST_SECONDS,
      goal: { text: `under ${MOST_SECONDS} s`, met: p95 < MOST_SECONDS },
      exact,
    };
  } finally {
    await local.close();
  }
}

const REVISION = { rev: 1, at: START, mark: "bench" };

function aPartner(at: number): Partnership {
  const [first_name = "", last_name = ""] = [
    FIRST[at % FIRST.length],
    LAST[Math.floor(at / FIRST.length) % LAST.length],
  ];
  return {
    ...PARTNER_DEFAULTS,
    program: "bench",
    key: `part_${at}`,
    created_at: START + at,
    updated_at: START + at,
    partner_key: `p${at}`,
    email: `partner-${at}@agency.example`,
    first_name,
    last_name: `${last_name} ${at}`,
    group_key: "grup_1",
    manager: null,
    tags: [],
    fields: {},
    status: "approved",
    archived: false,
    joined_at: START + at,
    group_joined_at: START + at,
  };
}

const textOf = ({ first_name, last_name, email, partner_key }: Partnership): string =>
  searchable(`${first_name} ${last_name}\n${email}\n${partner_key}`);

/** Read units that the table says it charges, from now on. */
function countReads(client: DynamoDBClient): () => number {
  let units = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: "TOTAL" } });
      const { ConsumedCapacity: consumed = [] } = answer.output as {
        ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[];
      };
      for (const { CapacityUnits = 0 } of [consumed].flat()) units += CapacityUnits;
      return answer;
    },
    { step: "initialize" },
  );
  return () => units;
}
