import { expect, test } from "vitest";
import type { ExportMessage } from "../../shared/exports/export-bundle.ts";
import { requestExport } from "../../shared/exports/request-export.ts";
import { newKey } from "../../shared/aws/new-key.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import { EVERYTHING, exportJob } from "../../shared/records/export-job.ts";
import { MOST_OPEN_EXPORTS } from "../../shared/records/export-slots.ts";
import { createFixedClock } from "../fakes/fixed-clock.ts";
import { createMemoryQueue } from "../fakes/memory-queue.ts";
import { startLocalTable } from "./local-table.ts";

test("over DynamoDB too, of exports asked for at once exactly as many begin as may", async () => {
  const { table, close } = await startLocalTable();
  const clock = createFixedClock();
  const ledger = createLedger({ table, clock });
  const exportQueue = createMemoryQueue<ExportMessage>();
  const asked = { as_of: clock(), filters: { ...EVERYTHING, files: [] }, member_email: "ada@acme.example" };
  const who = { program: "acme", kind: "key", id: "pk_1" } as const;
  const ask = () => requestExport({ ledger, exportQueue, clock, newKey }, who, asked);
  const answers = await Promise.allSettled(Array.from({ length: 20 }, ask));
  const refused = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
  expect(refused).toHaveLength(20 - MOST_OPEN_EXPORTS);
  for (const reason of refused) expect(reason).toMatchObject({ refusal: "too_many" });
  expect(exportQueue.messages).toHaveLength(MOST_OPEN_EXPORTS);
  expect(await ledger.newest(exportJob, "acme", 100)).toHaveLength(MOST_OPEN_EXPORTS);
  await close();
});
