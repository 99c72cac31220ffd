import type { RandomToken } from "../access/credentials.ts";
import type { ExportMessage } from "../exports/export-bundle.ts";
import type { ImportMessage } from "../imports/import-message.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { MailMessage } from "../mail/mail-message.ts";
import type { Announce } from "../recording/record-change.ts";
import type { Clock, LinkSigner, Log, NewKey, ObjectStore, Queue, Table, UploadLinkSigner } from "../ports.ts";
import type { WebhookMessage } from "../webhooks/webhook-message.ts";
import type { EffectReader } from "./imports/list-import-effects.ts";
import type { OutcomeReader } from "./imports/list-import-rows.ts";
import type { UndoneReader } from "./imports/undo-import.ts";

/** What the API works with. */
export interface ApiDependencies {
  readonly table: Table;
  readonly ledger: Ledger;
  /** The upload bucket. */
  readonly objects: Pick<ObjectStore, "get">;
  readonly outcomes: OutcomeReader;
  readonly effects: EffectReader;
  readonly undone: UndoneReader;
  /** Signs uploads into it. */
  readonly uploadLinks: UploadLinkSigner;
  /** Signs downloads of error files from there. */
  readonly reportLinks: LinkSigner;
  /** Signs downloads of the files of deals from there. */
  readonly dealFileLinks: LinkSigner;
  /** Signs downloads of bundles from the export bucket. */
  readonly bundleLinks: LinkSigner;
  /** Takes bundles out of the export bucket. */
  readonly bundles: Pick<ObjectStore, "remove">;
  readonly exportQueue: Queue<ExportMessage>;
  readonly importQueue: Queue<ImportMessage>;
  readonly mailQueue: Queue<MailMessage>;
  readonly announce: Announce;
  readonly webhookQueue: Queue<WebhookMessage>;
  /** Whether webhooks may lead to private addresses. */
  readonly mayBePrivate: boolean;
  readonly clock: Clock;
  readonly newKey: NewKey;
  readonly randomToken: RandomToken;
  readonly log: Log;
}
