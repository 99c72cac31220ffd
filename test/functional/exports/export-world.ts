import { createHandler } from "../../../functions/export-bundle/handler.ts";
import { type Teammate, teammateItem } from "../../../shared/access/teammates.ts";
import { bundleKey } from "../../../shared/exports/bundle-key.ts";
import { exportBundle, type ExportMessage, failExport } from "../../../shared/exports/export-bundle.ts";
import { createLedger, type Ledger } from "../../../shared/ledger/ledger.ts";
import { SETTLE_MS } from "../../../shared/ledger/settled.ts";
import type { Stored } from "../../../shared/ledger/stored.ts";
import type { MailMessage } from "../../../shared/mail/mail-message.ts";
import { sendMail } from "../../../shared/mail/send-mail.ts";
import type { ObjectStore, Queue, Table } from "../../../shared/ports.ts";
import { type Customer, customer } from "../../../shared/records/customer.ts";
import {
  EVERYTHING,
  type ExportFilters,
  type ExportJob,
  exportJob,
  NOT_BEGUN,
} from "../../../shared/records/export-job.ts";
import { type Deal, deal } from "../../../shared/records/deal.ts";
import { type Lead, lead } from "../../../shared/records/lead.ts";
import { type Group, group } from "../../../shared/records/group.ts";
import { PARTNER_DEFAULTS, type Partnership, partnership } from "../../../shared/records/partnership.ts";
import { program as programRecord } from "../../../shared/records/program.ts";
import type { BaseRecord, Declaration } from "../../../shared/records/record.ts";
import { type Reward, reward } from "../../../shared/records/reward.ts";
import { type Transaction, transaction } from "../../../shared/records/transaction.ts";
import { createHeardEvents } from "../../../shared/webhooks/heard-events.ts";
import type { WebhookMessage } from "../../../shared/webhooks/webhook-message.ts";
import { createCountingKeys } from "../../fakes/counting-keys.ts";
import { createFixedClock } from "../../fakes/fixed-clock.ts";
import { createKillSwitch, type KillSwitch } from "../../fakes/kill-switch.ts";
import { createCountingTokens } from "../../fakes/counting-tokens.ts";
import { createMemoryLinkSigner } from "../../fakes/memory-link-signer.ts";
import { createMemoryMailer } from "../../fakes/memory-mailer.ts";
import { createMemoryObjectStore } from "../../fakes/memory-object-store.ts";
import { createMemoryQueue } from "../../fakes/memory-queue.ts";
import { createMemoryTable } from "../../fakes/memory-table.ts";
import { createSilentLog } from "../../fakes/silent-log.ts";
import { context } from "../api-world.ts";
import { FILES, readBundle } from "./read-bundle.ts";

export const RATES = { USD: "1", EUR: "1.0842", JPY: "0.0067", KWD: "3.2561" } as const;
const ALL_TIME: ExportFilters = { ...EVERYTHING, files: [...FILES] };

export type ExportWorld = ReturnType<typeof createExportWorld>;

/** What the exporter does to the world, and reads of it. */
export interface Ports {
  readonly table: Table;
  readonly bundles: ObjectStore;
  readonly mail: Queue<MailMessage>;
}

/** Programs and their exporter, in memory; what is put `around` its ports concerns the exporter and nobody else. */
export function createExportWorld({
  killSwitch = createKillSwitch(),
  around = (ports: Ports) => ports,
  sitting = () => Infinity,
}: {
  killSwitch?: KillSwitch;
  around?: (ports: Ports) => Ports;
  /** How often the next invocation, which finds the job so, may ask for its time before that is up. */
  sitting?: (job: ExportJob) => number;
} = {}) {
  const clock = createFixedClock();
  const table = createMemoryTable({ killSwitch });
  const ledger = createLedger({ table, clock });
  const bundles = createMemoryObjectStore({ killSwitch });
  const mailQueue = createMemoryQueue<MailMessage>({ killSwitch });
  const mailer = createMemoryMailer();
  const log = createSilentLog();
  const newKey = createCountingKeys();
  const ports = around({ table, bundles, mail: mailQueue });
  const webhooks = createMemoryQueue<WebhookMessage>({ killSwitch });
  const announcing = { webhooks, heard: createHeardEvents({ ledger, clock }) };
  const ours = { ...ports, ...announcing, ledger: createLedger({ table: ports.table, clock }), clock, newKey, log };
  const exports = createMemoryQueue<ExportMessage>({ killSwitch });
  const handler = createHandler({ build: exportBundle({ ...ours, exports }), fail: failExport(ours) });
  let requests = 0;

  async function request(filters: Partial<ExportFilters> = {}, program = "acme"): Promise<ExportMessage> {
    const key = `exp_${(requests += 1)}`;
    const at = clock();
    const as_of = { program, key, created_at: at, updated_at: at, as_of: at };
    const who = { requested_by: "pk_1", member_email: "ada@acme.example" };
    const after: ExportJob = { ...as_of, ...who, ...NOT_BEGUN, files: [], filters: { ...ALL_TIME, ...filters } };
    await committed(ledger, { mark: key, changes: [{ declaration: exportJob, after }] });
    return { program, key };
  }

  /** As the event source does it: the message, and how often it has come; then what it leaves in the queue. */
  async function deliver(message: ExportMessage, received = 1): Promise<void> {
    // The queue holds it back until nothing from before the cut-off is on its way.
    const found = await job(message);
    clock.advance(Math.max(0, found.as_of + SETTLE_MS - clock()));
    const attributes = { ...SQS, ApproximateReceiveCount: String(received) };
    // The frame of the function asks first, and the handler when it begins.
    let left = 2 + sitting(found);
    const getRemainingTimeInMillis = () => (left-- > 0 ? 300_000 : 0);
    const record = { ...RECORD, attributes, body: JSON.stringify(message) };
    await handler({ Records: [record] }, { ...context, getRemainingTimeInMillis });
    for (const next of exports.drain()) await deliver(next);
  }

  /** Sends all that the mail queue holds, each message twice, as a queue may. */
  async function deliverMail(): Promise<void> {
    const deps = {
      table,
      ledger,
      mailer,
      mailQueue,
      bundleLinks: createMemoryLinkSigner(),
      reportLinks: createMemoryLinkSigner(),
      randomToken: createCountingTokens(),
      clock,
      log,
    };
    for (const message of mailQueue.drain()) for (let time = 0; time < 2; time++) await sendMail(deps, message);
  }

  async function job({ program, key }: ExportMessage): Promise<ExportJob> {
    const [stored] = await ledger.read(exportJob, [{ pk: `${program}/export/${key}`, sk: "#" }]);
    if (stored === undefined) throw new Error(`there is no export ${key}`);
    return stored.record;
  }

  /** As somebody takes an export back. */
  async function revoke(message: ExportMessage): Promise<void> {
    const set = { status: "failed", revoked_at: clock() };
    await ledger.advance(exportJob, await job(message), { set });
  }

  const archive = ({ program, key }: ExportMessage): Uint8Array => {
    const object = bundles.object(bundleKey(program, key));
    if (object === undefined) throw new Error(`there is no bundle of ${key}`);
    return object.bytes;
  };

  return {
    clock,
    table,
    ledger,
    bundles,
    webhooks,
    mailQueue,
    mails: mailer.mails,
    log,
    request,
    deliver,
    deliverMail,
    job,
    revoke,
    archive,
    bundle: (message: ExportMessage) => readBundle(archive(message)),
    /** The bundle of this very moment. */
    async exported(filters: Partial<ExportFilters> = {}, program = "acme") {
      const message = await request(filters, program);
      const at = clock();
      await deliver(message);
      // As if it had taken no time, so that one bundle can be held against the next.
      clock.advance(at - clock());
      const { files = FILES } = filters;
      const wanted = FILES.filter((name) => files.includes(name));
      return readBundle(archive(message), wanted);
    },
    ...recordKeeper(ledger, clock, table),
  };
}

/** Makes and changes records, with what a test does not care about filled in. */
export function recordKeeper(ledger: Ledger, clock: () => number, table: Table, prefix = "mark") {
  let marks = 0;
  const mark = () => `${prefix}_${(marks += 1)}`;

  async function create<R extends BaseRecord>(declaration: Declaration<R>, after: R): Promise<R> {
    await committed(ledger, { mark: mark(), changes: [{ declaration, after }] });
    return after;
  }

  async function replace<R extends BaseRecord>(
    declaration: Declaration<R>,
    before: Stored<R> | undefined,
    changes: Partial<R>,
  ) {
    if (before === undefined) throw new Error(`there is no such ${declaration.kind}`);
    const after = { ...before.record, ...changes, updated_at: clock() };
    await committed(ledger, { mark: mark(), changes: [{ declaration, before, after }] });
    return after;
  }

  const dated = (program: string, key: string) => ({ program, key, created_at: clock(), updated_at: clock() });

  return {
    async program(key = "acme", groups: readonly Pick<Group, "key" | "name">[] = [{ key: "grup_1", name: "Default" }]) {
      const changes = groups.map((one) => ({
        declaration: group,
        after: { ...dated(key, one.key), name: one.name, slug: one.key, default: false, archived: false },
      }));
      const after = {
        ...dated(key, key),
        name: "Acme",
        currency: "USD",
        admin_email: "ada@acme.example",
        rates: RATES,
      };
      await committed(ledger, { mark: mark(), changes: [...changes, { declaration: programRecord, after }] });
      const ada: Teammate = { email: "ada@acme.example", name: "Ada", role: "admin", permissions: [] };
      await table.write({ put: teammateItem(key, ada) });
    },
    partner: (key: string, given: Partial<Partnership> = {}) =>
      create<Partnership>(partnership, {
        ...dated("acme", key),
        ...PARTNER_DEFAULTS,
        partner_key: `own_${key}`,
        email: `${key}@partners.example`,
        first_name: "Ada",
        last_name: key,
        group_key: "grup_1",
        manager: null,
        tags: [],
        fields: {},
        status: "approved",
        archived: false,
        joined_at: clock(),
        group_joined_at: clock(),
        ...given,
      }),
    customer: (key: string, partner: string | null, given: Partial<Customer> = {}) =>
      create<Customer>(customer, {
        ...dated("acme", key),
        customer_key: `own_${key}`,
        email: `${key}@customers.example`,
        name: `Customer ${key}`,
        anonymized: false,
        company_name: null,
        partnership_key: partner,
        provider_key: null,
        source_type: "import",
        archived: false,
        fields: {},
        subscriptions: [],
        former_partnership_keys: [],
        ...given,
      }),
    transaction: (key: string, { key: customer_key, partnership_key }: Customer, given: Partial<Transaction> = {}) =>
      create<Transaction>(transaction, {
        ...dated("acme", key),
        customer_key,
        partnership_key,
        amount: 1000,
        currency: "USD",
        amount_usd: 1000,
        product_key: null,
        category_key: null,
        subscription_key: null,
        subscription_plan: null,
        approved: true,
        unapproved_reasons: [],
        archived: false,
        metadata: {},
        ...given,
      }),
    reward: (key: string, partner: string, given: Partial<Reward> = {}) =>
      create<Reward>(reward, {
        ...dated("acme", key),
        partnership_key: partner,
        amount: 100,
        currency: "USD",
        amount_usd: 100,
        description: "Bonus",
        reward_status: "pending",
        decline_reason: null,
        source: "import",
        is_external: false,
        customer_key: null,
        transaction_key: null,
        subscription_key: null,
        trigger_key: null,
        ready_at: null,
        archived: false,
        ...given,
      }),
    lead: (key: string, partner: string, given: Partial<Lead> = {}) =>
      create<Lead>(lead, {
        ...dated("acme", key),
        external_key: null,
        partnership_key: partner,
        group_key: "grup_1",
        first_name: "Lee",
        last_name: key,
        email: `${key}@leads.example`,
        company: null,
        status: "open",
        amount: null,
        currency: "USD",
        notes: null,
        approved: true,
        decline_reason: null,
        customer_key: null,
        fields: {},
        archived: false,
        ...given,
      }),
    deal: (key: string, partner: string, given: Partial<Deal> = {}) =>
      create<Deal>(deal, {
        ...dated("acme", key),
        external_key: null,
        partnership_key: partner,
        group_key: "grup_1",
        account_name: `Account ${key}`,
        email: null,
        amount: 5000,
        currency: "USD",
        close_date: "2026-12-31",
        stage: "Working",
        contact_first_name: null,
        contact_last_name: null,
        lost_reason: null,
        source: "partner",
        customer_key: null,
        notes: null,
        fields: {},
        archived: false,
        ...given,
      }),
    async change<R extends BaseRecord>(
      declaration: Declaration<R>,
      key: string,
      changes: Partial<R>,
      program = "acme",
    ) {
      const [before] = await ledger.find(declaration, program, "key", [key]);
      return replace(declaration, before, changes);
    },
    /** As the undoing of an import does it. */
    async remove<R extends BaseRecord>(declaration: Declaration<R>, key: string) {
      const [stored] = await ledger.find(declaration, "acme", "key", [key]);
      if (stored === undefined) throw new Error(`there is no such ${declaration.kind}`);
      const revisions = await ledger.history(declaration, stored);
      await committed(ledger, { mark: mark(), changes: [], removals: [{ declaration, revisions }] });
    },
    /** As an import does it. */
    async move(key: string, to: string | null) {
      const [before] = await ledger.find(customer, "acme", "key", [key]);
      const { former_partnership_keys: former = [], partnership_key: from = null } = before?.record ?? {};
      const former_partnership_keys = [...new Set([...former, from ?? ""])];
      return replace(customer, before, { partnership_key: to, former_partnership_keys });
    },
    async renameGroup(key: string, name: string) {
      const [before] = await ledger.read(group, [{ pk: "acme/groups", sk: key }]);
      return replace(group, before, { name });
    },
    async changeRates(rates: Readonly<Record<string, string>>) {
      const [before] = await ledger.read(programRecord, [{ pk: "acme/program", sk: "#" }]);
      return replace(programRecord, before, { rates });
    },
  };
}

async function committed(ledger: Ledger, entry: Parameters<Ledger["commit"]>[0]): Promise<void> {
  if (!(await ledger.commit(entry))) throw new Error(`${entry.mark} was not committed`);
}

const SQS = { SentTimestamp: "0", SenderId: "sender", ApproximateFirstReceiveTimestamp: "0" };

const RECORD = {
  messageId: "message",
  receiptHandle: "receipt",
  messageAttributes: {},
  md5OfBody: "",
  eventSource: "aws:sqs",
  eventSourceARN: "arn",
  awsRegion: "us-east-1",
};
