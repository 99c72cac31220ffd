import fc from "fast-check";
import { expect } from "vitest";
import { type ImportJob, importJob } from "../../shared/records/import-job.ts";
import { makeZip } from "../unit/imports/make-zip.ts";
import { createImportWorld, lines } from "./imports-harness.ts";

const FILES: readonly (readonly [name: string, text: string])[] = [
  [
    "partners.csv",
    lines("partner_first,partner_last,partner_email,partner_key", "Ada,L,ada@x.io,ada", "Bo,N,bo(at)x.io,bo"),
  ],
  ["old/Customers/march.tsv", lines("customer_key\temail", "c1\tc1@y.io")],
  ["transactions.csv", lines("key,customer_key,amount_in_cents", "t1,c1,100", "t2,c9,1")],
  ["rewards.csv", "colour\nred\n"],
  ["leads.csv", ""],
  ["readme.md", "x"],
  ["inner.zip", "x"],
  ["../deals.csv", "x"],
  ["folder/", ""],
  ["__MACOSX/._partners.csv", "x"],
];

const name = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...FILES.map(([one]) => one)) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }).map((text) => `${text}/partners.csv`) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 60_000 }).map((long) => `${"é".repeat(long / 2)}.csv`) },
);

const entry = fc
  .tuple(fc.constantFrom(...FILES), fc.option(name, { freq: 3 }))
  .map(([[own, text], other]): [string, string] => [other ?? own, text]);

/** Duplicates are as likely as anything. */
const archive = fc.array(entry, { maxLength: 8 }).map(makeZip);

/** Sizes, places and counts are four bytes behind one of these. */
const SIGNATURES = ["PK\u0001\u0002", "PK\u0003\u0004", "PK\u0005\u0006"] as const;
const NUMBERS = [0, 1, 0xffff, 0x7fffffff, 0xffffffff] as const;

interface Damage {
  readonly kind: "cut" | "flip" | "number" | "double" | "before" | "none";
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly signature: (typeof SIGNATURES)[number];
  readonly field: number;
  readonly number: number;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom("cut", "flip", "flip", "number", "number", "number", "double", "before", "none"),
  at: fc.noBias(fc.double({ min: 0, max: 1, noNaN: true })),
  bytes: fc.noBias(fc.uint8Array({ minLength: 1, maxLength: 4 })),
  signature: fc.constantFrom(...SIGNATURES),
  field: fc.integer({ min: 4, max: 44 }),
  number: fc.oneof(fc.constantFrom(...NUMBERS), fc.integer({ min: 0, max: 3000 })),
});

function damaged(zip: Buffer, { kind, at, bytes, signature, field, number }: Damage): Buffer {
  const from = Math.floor(at * zip.length);
  if (kind === "cut") return zip.subarray(0, from);
  if (kind === "double") return Buffer.concat([zip, zip.subarray(from)]);
  if (kind === "before") return Buffer.concat([bytes, zip]);
  if (kind === "none") return zip;
  const changed = Buffer.from(zip);
  if (kind === "flip") changed.set(bytes.subarray(0, changed.length - from), from);
  const header = changed.indexOf(signature, from, "latin1");
  const isThere = header >= 0 && header + field + 4 <= changed.length;
  if (kind === "number" && isThere) changed.writeUInt32LE(number, header + field);
  return changed;
}

const dropped = fc.record({
  body: fc.tuple(archive, fc.array(damage, { maxLength: 3 })).map(([zip, damages]) => damages.reduce(damaged, zip)),
  folder: fc.constantFrom("archive", "archive", "archive", "partners", "archive/dry-run"),
});

/** Drops archives of any bytes: each ends in a report that its owner can read, and so does every file in it. */
export async function checkFuzzedArchives({ runs, seed }: { runs: number; seed: number }): Promise<void> {
  const items = (await createImportWorld()).table.items();
  const ends = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(dropped, async ({ body, folder }) => {
      const world = await createImportWorld({ items });
      const told = new Set<string>();
      const put = world.put(`imports/acme/${folder}/all.zip`, body);
      for (let object = put; ;) {
        await world.open(object);
        told.add(object.key);
        await world.drain();
        const next = world.uploads.keys().find((key) => key.startsWith("imports/") && !told.has(key));
        if (next === undefined) break;
        object = { key: next, etag: world.uploads.object(next)?.etag ?? "", sequencer: next };
      }
      expect(world.uploads.openUploads).toBe(0);
      const jobs = world.stored(importJob);
      const whole = jobs.find(({ archive_key }) => archive_key === null);
      for (const job of jobs) expectEnd(job);
      expect(new Set(world.mail.drain().map((mail) => JSON.stringify(mail)))).toContain(
        JSON.stringify({ mail: "import-finished", program: "acme", key: whole?.key }),
      );
      const end = `${whole?.status} ${whole?.reason_code}`;
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }),
    { numRuns: runs, seed },
  );
  // Damage that never let an archive through, or always did, would have shown nothing.
  expect([...ends.keys()]).toEqual(expect.arrayContaining(["completed null", "failed bad_archive"]));
}

function expectEnd({ status, reason_code, reason, rows, warnings }: ImportJob): void {
  expect(["completed", "failed"]).toContain(status);
  if (status === "failed") {
    expect([reason_code, reason]).toEqual([expect.stringMatching(/^[a-z_]+$/), expect.stringMatching(/[.?]$/)]);
    expect([rows.total, reason?.match(/[\p{Cc}\u2028]/u)]).toEqual([0, null]);
  }
  expect(reason?.length ?? 0).toBeLessThanOrEqual(2000);
  for (const { message } of warnings) expect(message).not.toMatch(/[\p{Cc}\u2028]/u);
  expect(JSON.stringify(warnings).length).toBeLessThan(50_000);
  expect(rows.created + rows.updated + rows.unchanged + rows.skipped + rows.failed).toBe(rows.total);
}
