import { createProgram } from "../../shared/access/create-program.ts";
import { importSteps } from "../../shared/imports/import-steps.ts";
import type { ImportMessage } from "../../shared/imports/import-message.ts";
import { openImport } from "../../shared/imports/open-import.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import type { MailMessage } from "../../shared/mail/mail-message.ts";
import { createCountingKeys } from "../fakes/counting-keys.ts";
import { createFixedClock } from "../fakes/fixed-clock.ts";
import { createMemoryObjectStore } from "../fakes/memory-object-store.ts";
import { createMemoryQueue } from "../fakes/memory-queue.ts";
import { createMemoryTable } from "../fakes/memory-table.ts";
import { createSilentLog } from "../fakes/silent-log.ts";
import type { BenchLine } from "./lines.ts";
import { customersCsv, partnersCsv, type Program, transactionsCsv } from "./transactions-file.ts";

/** On-demand prices of us-east-1 since November 2024: dollars per million units. */
const WRITE_PRICE = 0.625;
const READ_PRICE = 0.125;

const SIZE: Program = { partners: 200, customers: 2000, transactions: 40_000 };

/** DynamoDB units per imported transaction, counted from the items' sizes by DynamoDB's rules. */
export async function importUnits(): Promise<BenchLine[]> {
  const table = createMemoryTable();
  const clock = createFixedClock();
  const ledger = createLedger({ table, clock });
  const uploads = createMemoryObjectStore();
  const imports = createMemoryQueue<ImportMessage>();
  const deps = {
    table,
    ledger,
    uploads,
    imports,
    mail: createMemoryQueue<MailMessage>(),
    clock,
    log: createSilentLog(),
  };
  let secrets = 0;
  await createProgram(
    { table, ledger, clock, newKey: createCountingKeys(), randomToken: () => `secret-${(secrets += 1)}` },
    { key: "bench", name: "Bench", admin_email: "a@bench.example" },
  );

  const run = async (type: string, lines: Iterable<string>, sequencer: string) => {
    const key = `imports/bench/${type}/${type}.csv`;
    await uploads.put(key, [...lines].join(""));
    const stored = await uploads.get(key);
    await openImport(deps)({ key, etag: stored?.etag ?? "", sequencer });
    for (let messages = imports.drain(); messages.length > 0; messages = imports.drain()) {
      for (const message of messages) await importSteps(deps)(message);
    }
  };
  await run("partners", partnersCsv(SIZE), "1");
  await run("customers", customersCsv(SIZE), "1");

  const lines: BenchLine[] = [];
  for (const [name, sequencer] of [
    ["import", "1"],
    ["import again", "2"],
  ] as const) {
    const before = { ...table.units };
    await run("transactions", transactionsCsv(SIZE), sequencer);
    const write = (table.units.write - before.write) / SIZE.transactions;
    const read = (table.units.read - before.read) / SIZE.transactions;
    const dollars = write * WRITE_PRICE + read * READ_PRICE;
    // The record, its entry in the list index and its claim: three writes of less than 1 KB.
    const least = sequencer === "1" ? 3 : null;
    lines.push({
      name: `${name}, write units per transaction`,
      figure: write.toFixed(3),
      limit: least === null ? "nothing is written twice" : `${least} (record, list index, unique key)`,
      ratio: least === null ? null : write / least,
      exact: null,
    });
    lines.push({
      name: `${name}, read units per transaction`,
      figure: read.toFixed(3),
      limit: "",
      ratio: null,
      exact: null,
    });
    lines.push({
      name: `${name}, DynamoDB dollars per million rows`,
      figure: `$${dollars.toFixed(2)}`,
      limit: "",
      ratio: null,
      exact: null,
    });
  }
  return lines;
}
