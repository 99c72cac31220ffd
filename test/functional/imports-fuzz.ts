import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect } from "vitest";
import { importTypes } from "../../shared/imports/import-types.ts";
import { knownPresets } from "../../shared/imports/presets/known-presets.ts";
import { createImportWorld, type Dropped, lines } from "./imports-harness.ts";

/** Cells that readers trip over, beside good ones. */
const CELLS = [
  "",
  "u1",
  "ada",
  "u1@x.io",
  "ada@x.io",
  "USD",
  "eur",
  "5",
  "-5.00",
  "1,234.56",
  "1.234,56",
  "1.234",
  "$5",
  "12 €",
  "(7)",
  "2026-03-31",
  "31/03/2026",
  "03/04/2026",
  "46112.5",
  "1774915200000",
  "Tue, 31 Mar 2026 10:00:00 +0200",
  "paid",
  "customer",
  "transaction",
  "true",
  "gold|emea",
  "'=1+1",
  "'",
  "__proto__",
  "constructor",
  "Zoë 日本 😀",
  "\u00a0",
  "\u200b",
  "\ud800",
  "a\nb",
  "a\r\nb",
  'say "x"',
  "x".repeat(300),
  "9".repeat(70),
] as const;
/** Good cells by header, for rows that come to something. */
const GOOD: Readonly<Record<string, readonly string[]>> = {
  partner_first: ["Ada"],
  partner_last: ["L"],
  partner_email: ["ada@x.io", "bo@x.io"],
  email: ["u1@x.io", "u2@x.io"],
  rate: ["1.0842", "0.0067", "1,25"],
  customer_key: ["u1", "u2"],
  partner_key: ["ada", ""],
  amount_in_dollars: ["5", "1,234.56", "$7", "-12.50"],
  reward_description: ["Bonus"],
  created_at: ["2026-03-31", "31/03/2026", "03/04/2026"],
  status: ["paid", ""],
};

const SEPARATORS = [",", ";", "\t", "|"] as const;
const LINE_ENDS = ["\n", "\r\n", "\r", "\n\n", "\n\r"] as const;
const SCRAPS = [
  ...Array.from("\",;\t|\r\n\ufeff' =-+@$€.(): \u200b\u00a0éß日"),
  "sep=;",
  '""',
  "\r\n",
  "partner_email",
  "customer_key",
];

const headersOf = (type: string): string[] => [
  ...Object.keys(importTypes[type]?.layout.columns ?? {}),
  ...knownPresets
    .filter((preset) => preset.type === type)
    .flatMap(({ sources }) => sources.map(({ from }) => from[0] ?? "")),
  "age",
  "emial",
  "row",
];

/** Headers that a file of the type is read by, with others among them. */
const header = (type: string) => {
  const columns = importTypes[type]?.layout.columns ?? {};
  const own = Object.keys(columns).filter((name) => columns[name]?.need === "required");
  const sets = { customers: ["customer_key"], transactions: ["customer_key"], rewards: ["partner_email"] };
  const amount = type === "transactions" || type === "rewards" ? ["amount_in_dollars"] : [];
  const needed = [...own, ...(sets[type as keyof typeof sets] ?? []), ...amount];
  const presets = knownPresets.filter((preset) => preset.type === type);
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.subarray(headersOf(type), { maxLength: 4 }).map((more) => [...new Set([...needed, ...more])]),
    },
    {
      weight: presets.length === 0 ? 0 : 2,
      arbitrary: fc
        .constantFrom(...(presets.length === 0 ? knownPresets : presets))
        .map(({ sources }) => [...new Set(sources.map(({ from }) => from[0] ?? ""))]),
    },
    { weight: 1, arbitrary: fc.subarray(headersOf(type)) },
  );
};

const cellOf = (name: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...(GOOD[name] ?? [""])) },
    { weight: 1, arbitrary: fc.constantFrom(...CELLS) },
  );

const quoted = (cell: string, delimiter: string): string =>
  /["\r\n]/.test(cell) || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell;

const table = (type: string) =>
  header(type).chain((names) =>
    fc
      .record({
        rows: fc.array(fc.tuple(...names.map(cellOf)), { minLength: 1, maxLength: 12 }),
        delimiter: fc.constantFrom(...SEPARATORS),
        lineEnd: fc.constantFrom(...LINE_ENDS),
        named: fc.boolean(),
      })
      .map(({ rows, delimiter, lineEnd, named }) =>
        [
          ...(named ? [`sep=${delimiter}`] : []),
          ...[names, ...rows].map((cells) => cells.map((cell) => quoted(cell, delimiter)).join(delimiter)),
        ].join(lineEnd),
      ),
  );

const text = (type: string) =>
  fc.oneof(
    { weight: 6, arbitrary: table(type) },
    { weight: 1, arbitrary: fc.array(fc.constantFrom(...SCRAPS), { maxLength: 200 }).map((scraps) => scraps.join("")) },
  );

const encoded = (type: string): fc.Arbitrary<Buffer> =>
  fc
    .tuple(text(type), fc.constantFrom("utf8", "utf8", "utf8", "latin1", "utf16le", "utf16be"), fc.boolean())
    .map(([plain, encoding, marked]) => {
      const whole = marked ? `\ufeff${plain}` : plain;
      if (encoding === "utf16be") return Buffer.from(whole, "utf16le").swap16();
      return Buffer.from(whole, encoding as BufferEncoding);
    });

interface Damage {
  readonly kind: "cut" | "flip" | "drop" | "add" | "double";
  readonly at: number;
  readonly bytes: Uint8Array;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom("cut", "flip", "drop", "add", "double"),
  at: fc.noBias(fc.double({ min: 0, max: 1, noNaN: true })),
  bytes: fc.noBias(fc.uint8Array({ minLength: 1, maxLength: 6 })),
});

function damaged(file: Buffer, { kind, at, bytes }: Damage): Buffer {
  const from = Math.floor(at * file.length);
  const behind = file.subarray(from + bytes.length);
  const before = file.subarray(0, from);
  const pieces: Readonly<Record<Damage["kind"], readonly Uint8Array[]>> = {
    cut: [before],
    flip: [before, bytes, behind],
    drop: [before, behind],
    add: [before, bytes, file.subarray(from)],
    double: [file, file.subarray(from)],
  };
  return Buffer.concat(pieces[kind]);
}

const bytesOf = (type: string): fc.Arbitrary<Buffer> =>
  fc
    .tuple(
      fc.oneof(
        { weight: 8, arbitrary: encoded(type) },
        { weight: 1, arbitrary: fc.tuple(encoded(type), encoded(type)).map((both) => Buffer.concat(both)) },
        { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)) },
      ),
      fc.oneof(fc.constant([]), fc.array(damage, { maxLength: 3 })),
      fc.integer({ min: 0, max: 9 }),
      fc.array(damage, { maxLength: 1 }),
    )
    .map(([whole, before, packing, behind]) => {
      const file = before.reduce(damaged, whole);
      const packed =
        packing < 2 ? gzipSync(file) : packing === 2 ? Buffer.concat([gzipSync(file), gzipSync(file)]) : file;
      return packing < 3 ? behind.reduce(damaged, packed) : packed;
    });

const file = fc
  .constantFrom(...Object.keys(importTypes))
  .chain((type) =>
    fc.record({ type: fc.constant(type), body: bytesOf(type), partRows: fc.integer({ min: 1, max: 5 }) }),
  );

/** Drops files of any bytes: each ends in a report, and what is reported adds up; its error file is a file again. */
export async function checkFuzzedFiles({ runs, seed }: { runs: number; seed: number }): Promise<void> {
  const stored = await storedBefore();
  await fc.assert(
    fc.asyncProperty(file, async ({ type, body, partRows }) => {
      const world = await createImportWorld({ items: stored, partRows });
      const dropped = await world.drop(type, body);
      expectReport(dropped);
      expect(world.imports.messages).toEqual([]);
      expect(world.uploads.openUploads).toBe(0);
      if (dropped.errors === undefined) return;
      const again = await world.drop(type, dropped.errors, { name: "errors.csv" });
      expectReport(again);
      expect([again.job.status, again.job.rows.total]).toEqual(["completed", dropped.job.rows.failed]);
    }),
    { numRuns: runs, seed },
  );
}

const BEFORE = { name: "before.csv" };

async function storedBefore() {
  const world = await createImportWorld();
  await world.drop(
    "partners",
    lines("partner_first,partner_last,partner_email,partner_key", "Ada,L,ada@x.io,ada"),
    BEFORE,
  );
  await world.drop("customers", lines("customer_key,email,partner_key", "u1,u1@x.io,ada"), BEFORE);
  return world.table.items();
}

function expectReport({ job, outcomes, errors, mails }: Dropped): void {
  expect(mails).toHaveLength(1);
  for (const { code, message } of job.warnings)
    expect([code, message]).toEqual([expect.stringMatching(/./), expect.stringMatching(/\.|\?$/)]);
  const { total, processed, created, updated, unchanged, skipped, failed } = job.rows;
  if (job.status === "failed") {
    expect([job.reason_code, job.reason]).toEqual([expect.stringMatching(/^[a-z_]+$/), expect.stringMatching(/[.?]$/)]);
    expect([total, outcomes, errors]).toEqual([0, [], undefined]);
    return;
  }
  expect(job.status).toBe("completed");
  expect([created + updated + unchanged + skipped + failed, processed]).toEqual([total, total]);
  expect(outcomes.map(({ row }) => row)).toEqual(Array.from({ length: total }, (_, at) => at + 1));
  expect(outcomes.map(({ line }) => line)).toEqual(outcomes.map(({ line }) => line).toSorted((a, b) => a - b));
  for (const { outcome, code, message, hint } of outcomes) {
    if (outcome !== "failed") continue;
    expect([code, message, hint]).toEqual([
      expect.stringMatching(/^[a-z_]+$/),
      expect.stringMatching(/./),
      expect.stringMatching(/\.$/),
    ]);
  }
  expect(errors === undefined).toBe(failed === 0);
}
