import type { Permission } from "../access/permissions.ts";
import type { BaseRecord } from "../records/record.ts";
import { type EventNoun, isWebhookEvent, WEBHOOK_EVENTS, type WebhookEvent } from "../records/webhook-events.ts";

/** Whether a record's making or a later change can be the event. */
type Occasion = "creation" | "change" | "either";

interface EventRule {
  /** The kind of the record whose change is the event. */
  readonly kind: string;
  readonly on: Occasion;
  happens(before: BaseRecord | undefined, after: BaseRecord): boolean;
}

type Fields = Readonly<Record<string, unknown>>;
const fieldOf = (record: BaseRecord, field: string): unknown => ({ ...record } as Fields)[field];

const created = (kind: string): EventRule => ({ kind, on: "creation", happens: (before) => before === undefined });

const changed = (kind: string, happens: (before: BaseRecord, after: BaseRecord) => boolean): EventRule => ({
  kind,
  on: "change",
  happens: (before, after) => before !== undefined && happens(before, after),
});

const isArchiving = (before: BaseRecord, after: BaseRecord): boolean =>
  fieldOf(before, "archived") !== true && fieldOf(after, "archived") === true;

const archived = (kind: string): EventRule => changed(kind, isArchiving);

/** Any change but that which archives it. */
const updated = (kind: string): EventRule => changed(kind, (before, after) => !isArchiving(before, after));

const differs = (kind: string, field: string): EventRule =>
  changed(kind, (before, after) => fieldOf(before, field) !== fieldOf(after, field));

/** It comes to have the value, be it by being made with it, as imported rewards are. */
const becomes = (kind: string, field: string, value: unknown): EventRule => ({
  kind,
  on: "either",
  happens: (before, after) =>
    fieldOf(after, field) === value && (before === undefined || fieldOf(before, field) !== value),
});

/** An application is a partnership that was pending; who was taken in without one has never applied. */
const decided = (value: string): EventRule =>
  changed(
    "partnership",
    (before, after) => fieldOf(before, "status") === "pending" && fieldOf(after, "status") === value,
  );

const converted = (kind: string): EventRule => ({
  kind,
  on: "either",
  happens: (before, after) =>
    isSet(fieldOf(after, "customer_key")) && (before === undefined || !isSet(fieldOf(before, "customer_key"))),
});

const isSet = (value: unknown): boolean => value !== null && value !== undefined;

/** Jobs tell how they stand; what they were before is not asked. */
const stands = (kind: string, status: string): EventRule => ({
  kind,
  on: "either",
  happens: (_before, after) => fieldOf(after, "status") === status,
});

const undone: EventRule = {
  kind: "import",
  on: "either",
  happens(_before, after) {
    const undo = fieldOf(after, "undo");
    return typeof undo === "object" && undo !== null && "status" in undo && undo.status === "completed";
  },
};

/** What makes each event happen, told by the record before and after a change. */
export const eventRules: Readonly<Record<WebhookEvent, EventRule>> = {
  "partnership.created": created("partnership"),
  "partnership.updated": updated("partnership"),
  "partnership.archived": archived("partnership"),
  "partnership.moved": differs("partnership", "group_key"),
  "customer.created": created("customer"),
  "customer.updated": updated("customer"),
  "customer.archived": archived("customer"),
  "transaction.created": created("transaction"),
  "transaction.updated": updated("transaction"),
  "transaction.archived": archived("transaction"),
  "reward.created": created("reward"),
  "reward.updated": updated("reward"),
  "reward.approved": becomes("reward", "reward_status", "approved"),
  "reward.declined": becomes("reward", "reward_status", "declined"),
  "reward.paid": becomes("reward", "reward_status", "paid"),
  "reward.archived": archived("reward"),
  "lead.created": created("lead"),
  "lead.updated": updated("lead"),
  "lead.archived": archived("lead"),
  "lead.status_changed": differs("lead", "status"),
  "lead.converted": converted("lead"),
  "deal.created": created("deal"),
  "deal.updated": updated("deal"),
  "deal.archived": archived("deal"),
  "deal.stage_changed": differs("deal", "stage"),
  "deal.converted": converted("deal"),
  "application.created": {
    kind: "partnership",
    on: "creation",
    happens: (before, after) => before === undefined && fieldOf(after, "status") === "pending",
  },
  "application.approved": decided("approved"),
  "application.declined": decided("declined"),
  "import.completed": stands("import", "completed"),
  "import.failed": stands("import", "failed"),
  "import.undone": undone,
  "export.completed": stands("export", "completed"),
  "export.failed": stands("export", "failed"),
};

const all = WEBHOOK_EVENTS.filter((event) => isWebhookEvent(event));

/** The events that the making of a record of a kind, or a change of one, may be. */
export const eventsOn = (kind: string, occasion: "creation" | "change"): readonly WebhookEvent[] =>
  all.filter((event) => {
    const rule = eventRules[event];
    return rule.kind === kind && (rule.on === "either" || rule.on === occasion);
  });

/** What one has to be allowed to see to be told of a noun. */
export const PERMISSION_TO_HEAR: Readonly<Record<EventNoun, Permission>> = {
  partnership: "records:read:partnerships",
  customer: "records:read:customers",
  transaction: "records:read:transactions",
  reward: "records:read:rewards",
  lead: "records:read:leads",
  deal: "records:read:deals",
  application: "records:read:applications",
  import: "imports:read",
  export: "exports:read",
};
