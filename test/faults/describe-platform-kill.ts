import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cell, differences, plain, rowsOf, tally } from "../local/platform-bundle.ts";
import { majorUnits } from "../local/platform-money.ts";
import { removeFolders, temporaryFolder } from "../local/platform-process.ts";
import { expectedTotals, makeKillFile, seeded, shownCells } from "./platform-kill-file.ts";
import { importWhileKilled, type RunResult } from "./platform-kill-run.ts";

interface KillCase {
  readonly rows: number;
  readonly kills: number;
  readonly pauseMs: number;
  readonly killsDatabase?: boolean;
  readonly patienceMs: number;
}

/** The promise of an import whose function is killed: nothing lost, nothing doubled, every row explained. */
export function describePlatformKill({ rows, patienceMs, ...kills }: KillCase): void {
  const victims = kills.killsDatabase === true ? "function and database are" : "function is";
  describe(`an import of ${rows} rows whose ${victims} killed`, () => {
    // Another seed makes another file and other moments.
    const seed = Number(process.env["KILL_SEED"] ?? 20_260_331);
    const random = seeded(seed);
    const dataDir = temporaryFolder();
    const file = makeKillFile(rows, random);
    let result: RunResult;

    beforeAll(async () => {
      result = await importWhileKilled({ dataDir, file, random, ...kills });
    }, patienceMs);
    afterAll(() => removeFolders([dataDir]));

    it("was killed that often, and each time told", () => {
      expect(new Set(result.killed).size).toBeGreaterThanOrEqual(kills.kills);
      expect(result.output).toContain("import-rows died (SIGKILL)");
    });

    it("counts every row once", () => {
      const count = (outcome: string) => file.outcomes.filter((one) => one === outcome).length;
      expect(result.job).toMatchObject({
        status: "completed",
        rows: {
          total: rows,
          processed: rows,
          created: count("created"),
          updated: count("updated"),
          unchanged: count("unchanged"),
          skipped: 0,
          failed: count("failed"),
        },
      });
    });

    it("explains every row as an import that nobody disturbed would", () => {
      expect(result.outcomes.map(({ row }) => row)).toEqual(file.outcomes.map((_, at) => at + 1));
      const wrong = result.outcomes.filter(({ outcome }, at) => outcome !== file.outcomes[at]);
      expect(wrong).toEqual([]);
    });

    it("keeps every transaction once, with its values", () => {
      const owners = new Map(
        rowsOf(result.bundle, "partners").map((row) => [cell(row, "partner_id"), plain(cell(row, "partner_email"))]),
      );
      const found = rowsOf(result.bundle, "transactions").map((row) => {
        const key = cell(row, "transaction_key");
        return [
          owners.get(cell(row, "partner_id")) ?? "",
          cell(row, "customer_key"),
          key.startsWith("trx_") ? "" : key,
          cell(row, "transaction_amount"),
          cell(row, "transaction_currency"),
          cell(row, "transaction_create_date"),
        ];
      });
      expect(differences(tally(file.expected.map(shownCells)), tally(found))).toEqual([]);
    });

    it("has the file's own sums in partners.csv and in the live totals", () => {
      const expected = expectedTotals(file.expected);
      const live = new Map([...result.totals].filter(([name]) => !name.endsWith(" customers")));
      expect(live).toEqual(expected);
      for (const row of rowsOf(result.bundle, "partners")) {
        const partner = cell(row, "partner_email");
        expect([
          partner,
          cell(row, "total_number_of_transactions"),
          cell(row, "total_sum_of_transactions_usd"),
        ]).toEqual([
          partner,
          String(expected.get(`${partner} transactions`)),
          majorUnits(expected.get(`${partner} amount_usd`) ?? 0n, "USD"),
        ]);
      }
    });

    it("mails once, and leaves no message behind", () => {
      expect(result.mails).toHaveLength(1);
      expect(new Set(Object.values(result.leftMessages))).toEqual(new Set([0]));
    });
  });
}
