import { expect, test } from "vitest";
import { bundleReady } from "../../../shared/mail/bundle-ready.ts";
import { exportFailed } from "../../../shared/mail/export-failed.ts";
import { fileNotPlaced } from "../../../shared/mail/file-not-placed.ts";
import { importFinished } from "../../../shared/mail/import-finished.ts";
import { anExportJob, anImportJob } from "../../functional/api-world.ts";

const link = "https://bucket.test/bundle.zip?a=1&b=2";
const ERRORS = { link: "https://bucket.test/errors.csv?a=1&b=2", closesAt: Date.UTC(2026, 3, 1, 12, 35) };

test("a bundle's mail has the link, its end, the instant it shows, and the rows of its files", () => {
  const { subject, text, html } = bundleReady(anExportJob(), "Acme", {
    link,
    closesAt: Date.UTC(2026, 3, 1, 12, 35),
  });
  expect(subject).toBe("Your export of Acme is ready");
  for (const part of [
    link,
    "2026-04-01 12:00:00 UTC",
    "closes in 30 minutes, at 2026-04-01 12:35:00 UTC",
    "partners.csv: 1,234 rows, 99 bytes",
    "deals.csv: 1 row, 99 bytes\n",
    "unpacked: 198 bytes\n",
    "Timeframe: all time\nPartners: all\n",
    "Until 2026-04-02 12:00:02 UTC",
    "POST /api/v2/exports/exp_1/link",
    "partner_id",
    "Asked for by pk_1 (export exp_1).",
  ]) {
    expect(text).toContain(part);
  }
  expect(html).toContain('href="https://bucket.test/bundle.zip?a=1&amp;b=2"');
});

test("a bundle's mail says in words what was asked for, and who asked for a fresh link", () => {
  const filters = { ...anExportJob().filters, group_key: "grup_1", tag: "gold" };
  const download = { link, closesAt: Date.UTC(2026, 3, 1, 12, 35) };
  const { subject, text } = bundleReady(anExportJob({ filters }), "Acme", download, {
    group: "Agencies",
    freshFor: "bo@acme.example",
  });
  expect(subject).toBe("A fresh link to your export of Acme");
  expect(text).toContain("Partners: in the group Agencies, tagged gold");
  expect(text).toContain("Asked for by pk_1 (export exp_1). The fresh link was asked for by bo@acme.example.");
});

test("the mail of files for the importer says what to do with them", () => {
  const filters = { ...anExportJob().filters, format: "import" as const };
  const { text } = bundleReady(anExportJob({ filters }), "Acme", { link, closesAt: 0 });
  expect(text).toContain("Drop it as: imports/<program>/archive/disable-triggers/acme.zip");
  expect(text).not.toContain("partner_id");
});

test("a failed export's mail says why and what to do", () => {
  const { text } = exportFailed(anExportJob({ status: "failed", reason: "The group is gone." }), "Acme");
  expect(text).toContain("The group is gone.");
  expect(text).toContain("ask for the export again");
  expect(text).toContain("exp_1");
  expect(text).toContain("partners.csv, rewards.csv, transactions.csv\nTimeframe: all time\nPartners: all");
});

test("an import's mail counts every outcome and says where the failed rows are", () => {
  const job = anImportJob({ warnings: [{ code: "unknown_column", message: "The column colour is not known." }] });
  const { subject, text, html } = importFinished(job, "Acme", ERRORS);
  expect(subject).toBe("Import of march.csv is done, but 1 row failed");
  for (const part of ["created: 2", "updated: 1", "unchanged: 0", "skipped: 0", "failed: 1", "rows in the file: 4"]) {
    expect(text).toContain(part);
  }
  expect(text).toContain("The column colour is not known.");
  expect(text).toContain(ERRORS.link);
  expect(text).toContain("closes in 30 minutes, at 2026-04-01 12:35:00 UTC");
  expect(text).toContain("GET /api/v2/imports/imp_1/errors.csv");
  expect(html).toContain('href="https://bucket.test/errors.csv?a=1&amp;b=2"');
});

test("an import without failed rows speaks of no error file", () => {
  const rows = { ...anImportJob().rows, failed: 0, created: 3 };
  const { subject, text } = importFinished(anImportJob({ rows }), "Acme");
  expect(subject).toBe("Import of march.csv is done");
  expect(text).not.toContain("errors.csv");
});

test("a dry run's mail says that nothing was written", () => {
  const options = { ...anImportJob().options, dry_run: true };
  const { subject, text } = importFinished(anImportJob({ options }), "Acme");
  expect(subject).toMatch(/^Dry run of march.csv/);
  expect(text).toContain("Nothing was written.");
});

test("a failed import's mail says why, and that no row came in", () => {
  const rows = { total: 0, processed: 0, created: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0 };
  const job = anImportJob({ status: "failed", reason: "The column email is missing.", rows });
  const { subject, text } = importFinished(job, "Acme");
  expect(subject).toBe("Import of march.csv did not work");
  expect(text).toContain("The reason: The column email is missing.");
  expect(text).toContain("None of its rows has been imported.");
  expect(text).toContain("mend the file and drop it again");
});

const EFFECTS = {
  effects: { rewards: 1200, mails: 2, moves: 0 },
  reward_amounts: { USD: 1250, JPY: 300, EUR: -5 },
};

test("an import's mail tells what triggers did, and the money of it", () => {
  const { text } = importFinished(anImportJob(EFFECTS), "Acme");
  expect(text).toContain(
    "Beside its rows, it brought:\n\nrewards made: 1,200 (-0.05 EUR, 300 JPY, 12.50 USD)\nmails written: 2\n",
  );
  expect(text).not.toContain("moved");
  expect(importFinished(anImportJob(), "Acme").text).not.toContain("Triggers");
});

test("a dry run's mail tells what triggers would do", () => {
  const options = { ...anImportJob().options, dry_run: true };
  expect(importFinished(anImportJob({ ...EFFECTS, options }), "Acme").text).toContain(
    "Beside its rows, it would bring:",
  );
});

test.each(["canceled", "failed"] as const)("the mail of an import that was %s halfway tells what is in", (status) => {
  const job = anImportJob({ ...EFFECTS, status, reason: "Somebody stopped it." });
  const { subject, text } = importFinished(job, "Acme", ERRORS);
  expect(subject).toBe(`Import of march.csv ${status === "canceled" ? "was canceled" : "did not work"}`);
  for (const part of [
    "The reason: Somebody stopped it.",
    "created: 2\nupdated: 1\n",
    "3 rows had been imported before",
    "rewards made: 1,200",
    ERRORS.link,
    "GET /api/v2/imports/imp_1/errors.csv",
  ]) {
    expect(text).toContain(part);
  }
});

test("the mail of a dry run that failed says that nothing was written", () => {
  const options = { ...anImportJob().options, dry_run: true };
  const { subject, text } = importFinished(anImportJob({ options, status: "failed" }), "Acme");
  expect(subject).toBe("Dry run of march.csv did not work");
  expect(text).toContain("Nothing was written.");
  expect(text).not.toContain("had been imported");
});

test("a misplaced file's mail says where to drop it", () => {
  const { text } = fileNotPlaced("imports/nobody/customers/a.csv", "There is no program nobody.");
  expect(text).toContain("imports/nobody/customers/a.csv");
  expect(text).toContain("imports/<program>/<type>/<name>.csv");
});

test("no name from outside can add a header, a line or markup", () => {
  const filename = "a\r\nBcc: eve@evil.example\r\n\r\n<img src=x onerror='1'>.csv";
  const { subject, text, html } = importFinished(anImportJob({ filename }), "<b>Acme</b> & Co");
  expect(subject).not.toMatch(/[\r\n]/);
  expect(text).not.toMatch(/^Bcc:/m);
  expect(html).not.toMatch(/<img|<b>/);
  expect(html).toContain("&lt;b&gt;Acme&lt;/b&gt; &amp; Co");
});

const OPTIONS = anImportJob().options;

test.each<[what: string, job: Parameters<typeof anImportJob>[0], says: string, saysNot: string]>([
  ["an import", {}, "Mend them there and import that file", "the whole of it"],
  [
    "an import without triggers",
    { options: { ...OPTIONS, disable_triggers: true } },
    "Import it as this one, with triggers disabled.",
    "the whole of it",
  ],
  [
    "a dry run",
    { phase: "check", options: { ...OPTIONS, dry_run: true } },
    "import the whole of it",
    "Mend them there",
  ],
  [
    "an import that was stopped before anything was written",
    {
      phase: "check",
      status: "failed",
      reason: "1 of 4 rows would fail",
      options: { ...OPTIONS, error_policy: "all_or_nothing" },
    },
    "import the whole of it",
    "drop it again",
  ],
])("the mail of %s says which file to mend", (_, job, says, saysNot) => {
  const { text } = importFinished(anImportJob(job), "Acme", ERRORS);
  expect(text).toContain(says);
  expect(text).not.toContain(saysNot);
});

test("who may not read imports gets no link to their rows", () => {
  const { text, html } = importFinished(anImportJob(), "Acme", "api only");
  expect(text).toContain("GET /api/v2/imports/imp_1/errors.csv");
  expect(text + html).not.toContain("https://");
});
