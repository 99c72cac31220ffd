import { accessToken } from "./access-token.ts";
import { allowance } from "./allowance.ts";
import { auditEntry } from "./audit-entry.ts";
import { customer } from "./customer.ts";
import { deal } from "./deal.ts";
import { dealFile } from "./deal-file.ts";
import { exportJob } from "./export-job.ts";
import { exportSlots } from "./export-slots.ts";
import { group } from "./group.ts";
import { importJob } from "./import-job.ts";
import { keyPair } from "./key-pair.ts";
import { lead } from "./lead.ts";
import { link } from "./link.ts";
import { manager } from "./manager.ts";
import { outgoingMail } from "./outgoing-mail.ts";
import { partnership } from "./partnership.ts";
import { product } from "./product.ts";
import { program } from "./program.ts";
import type { Declaration } from "./record.ts";
import { reportSlots } from "./report-slots.ts";
import { reward } from "./reward.ts";
import { tag } from "./tag.ts";
import { teammate } from "./teammate.ts";
import { tier } from "./tier.ts";
import { transaction } from "./transaction.ts";
import { trigger } from "./trigger.ts";
import { webhookDelivery } from "./webhook-delivery.ts";
import { webhook } from "./webhook.ts";

/** The one list of all nouns. */
export const records = {
  program,
  group,
  partnership,
  manager,
  tag,
  tier,
  product,
  link,
  customer,
  transaction,
  reward,
  lead,
  deal,
  dealFile,
  trigger,
  allowance,
  outgoingMail,
  importJob,
  exportJob,
  exportSlots,
  reportSlots,
  auditEntry,
  teammate,
  keyPair,
  accessToken,
  webhook,
  webhookDelivery,
} as const;

const byKind: ReadonlyMap<string, Declaration> = new Map(
  Object.values(records).map((declaration: Declaration) => [declaration.kind, declaration]),
);

/** The declaration of a kind that is stored; throws for one that there is not. */
export function declarationOf(kind: string): Declaration {
  const declaration = byKind.get(kind);
  if (declaration === undefined) throw new Error(`there is no kind of record called ${kind}`);
  return declaration;
}
