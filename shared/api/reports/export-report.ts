import * as z from "zod";
import { findExporter } from "../../access/find-exporter.ts";
import { CallerError } from "../../errors.ts";
import type { ExportMessage } from "../../exports/export-bundle.ts";
import { askedBefore } from "../../exports/asked-before.ts";
import { requestExport } from "../../exports/request-export.ts";
import { takeReportSlots } from "../../exports/take-report-slots.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Clock, NewKey, Queue, Table } from "../../ports.ts";
import { EVERYTHING } from "../../records/export-job.ts";
import { isMeant, type WebhookEvent } from "../../records/webhook-events.ts";
import { activeWebhooks } from "../../webhooks/active-webhooks.ts";
import { doerOf } from "../doer-of.ts";
import { type Answer, forbidden, one } from "../envelope.ts";
import { exportRequest } from "../exports/export-request.ts";
import type { ApiRequest } from "../request.ts";
import { shown, validated } from "../validated.ts";
import { requireTarget } from "../webhooks/webhook-request.ts";
import { reportOf } from "./report-of.ts";
import { NO_LINK, presentReportExport } from "./report-shape.ts";

/** What a request for the export of a report says. */
export const reportRequest = z.strictObject({
  member_email: exportRequest.shape.member_email,
  webhook_target_url: z.string().min(1).max(2048).nullish().meta({
    description: "The target of an active webhook for `export.completed`, which tells when the file is there",
  }),
  show_unexpanded: z
    .boolean()
    .nullish()
    .meta({ description: "Accepted for clients that send it; a report has the same columns either way" }),
});

interface Dependencies {
  readonly table: Pick<Table, "get">;
  readonly ledger: Pick<Ledger, "advance" | "collection" | "commit" | "read">;
  readonly exportQueue: Queue<ExportMessage>;
  readonly mayBePrivate: boolean;
  readonly clock: Clock;
  readonly newKey: NewKey;
}

/** Asks for the export of a report of this instant, for a teammate who may have it. */
export async function exportReport(dependencies: Dependencies, request: ApiRequest): Promise<Answer> {
  const { clock, table } = dependencies;
  const { principal, path, body, newKey } = request;
  const { program } = principal;
  const report = reportOf(principal, path["report_key"]);
  const asked = validated(reportRequest, body === undefined ? {} : body);
  // Whether the address is unknown or lacks the permission is nobody else's business.
  const teammate = await findExporter(table, program, asked.member_email, [report.file]);
  if (teammate === undefined) throw forbidden();
  await requireHeard(dependencies, program, asked.webhook_target_url);
  const now = clock();
  const key = newKey("exp_");
  const slots = { program, report_key: report.key, teammate_key: teammate.key, export_key: key, now };
  const job =
    (await askedBefore(dependencies, program, key)) ??
    (await requestExport(
      dependencies,
      doerOf(request),
      {
        as_of: now,
        filters: { ...EVERYTHING, files: [report.file] },
        member_email: teammate.email,
        report_key: report.key,
      },
      { key, alongside: async () => takeReportSlots(dependencies.ledger, slots) },
    ));
  return one(presentReportExport(job, clock(), NO_LINK), "Export requested");
}

const COMPLETED: WebhookEvent = "export.completed";

/** Refuses an address that would be told of nothing: only webhooks are posted to, signed and with a log. */
async function requireHeard(
  { ledger, mayBePrivate }: Pick<Dependencies, "ledger" | "mayBePrivate">,
  program: string,
  target: string | null | undefined,
): Promise<void> {
  if (target == null) return;
  const field = "webhook_target_url";
  requireTarget(target, mayBePrivate, field);
  const webhooks = await activeWebhooks(ledger, program);
  const isTold = webhooks.some(
    ({ target: told, events }) => told === target && events.some((pattern) => isMeant(COMPLETED, pattern)),
  );
  if (isTold) return;
  const problem = `is not the target of an active webhook for '${COMPLETED}': make one first, or poll the export`;
  throw new CallerError("invalid", `${shown(target)} ${problem}`, field);
}
