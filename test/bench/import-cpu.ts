import { toItem } from "../../shared/ledger/stored.ts";
import { matchHeader } from "../../shared/imports/header.ts";
import { readRecords } from "../../shared/imports/read-records.ts";
import { rowReader, RowProblem } from "../../shared/imports/read-row.ts";
import { toMinor } from "../../shared/records/cell.ts";
import { type Transaction, transaction } from "../../shared/records/transaction.ts";
import { bareParse } from "./bare-parse.ts";
import { atLeast, bestCpuSeconds, type BenchLine, whole } from "./lines.ts";
import { inChunks, transactionAmount, transactionsCsv } from "./program-files.ts";

const ROUNDS = 5;

/** How much of bare csv-parse's speed is left when rows are also matched, validated and made into items. */
export async function importCpu(rows = 300_000): Promise<BenchLine> {
  const chunks = [...inChunks(transactionsCsv({ partners: 1000, customers: 20_000, transactions: rows }))];
  const expected = expectedMinor(rows);
  let exact = true;
  const [bare = 0, path = 0] = await bestCpuSeconds(
    ROUNDS,
    () => bareParse(chunks),
    async () => {
      const made = await wholePath(chunks);
      exact &&= made.rows === rows && made.minor === expected;
    },
  );
  const ratio = bare / path;
  return {
    name: "import, CPU path",
    figure: `${whole(rows / path)} rows per CPU second`,
    limit: `${whole(rows / bare)} of bare csv-parse`,
    ratio,
    goal: atLeast(ratio, 0.4),
    exact,
  };
}

async function wholePath(chunks: readonly Buffer[]): Promise<{ rows: number; minor: number }> {
  let read: ReturnType<typeof rowReader> | undefined;
  let rows = 0;
  let minor = 0;
  const open = async () => asAsync(chunks);
  for await (const records of readRecords(open, { delimiter: ",", from: 0, line: 1 })) {
    for (const record of records) {
      if (read === undefined) {
        read = rowReader(matchHeader(record.cells, transaction.layout, "transactions"), transaction.layout);
        continue;
      }
      const values = read(record);
      if (values === "blank" || values instanceof RowProblem) continue;
      const amount = toMinor(String(values["amount_in_dollars"]), String(values["currency"]));
      const stored: Transaction = {
        program: "bench",
        key: String(values["key"]),
        customer_key: "cus_00000000000000000000000000",
        partnership_key: "part_00000000000000000000000000",
        amount: Number(amount),
        currency: String(values["currency"]),
        amount_usd: null,
        product_key: String(values["product_key"]),
        category_key: null,
        subscription_key: null,
        subscription_plan: null,
        approved: true,
        unapproved_reasons: [],
        archived: false,
        metadata: {},
        created_at: Number(values["created_at"]),
        updated_at: 0,
      };
      const item = toItem(transaction, stored, { rev: 1, at: 0, mark: `imp/${rows}` });
      rows += 1;
      minor += Number(item["amount"]);
    }
  }
  return { rows, minor };
}

const expectedMinor = (rows: number): number =>
  Array.from({ length: rows }, (_, at) => transactionAmount(at).minor).reduce((sum, minor) => sum + minor, 0);

async function* asAsync<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
