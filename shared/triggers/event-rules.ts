import type { BaseRecord } from "../records/record.ts";
import type { TriggerEvent } from "../records/trigger.ts";

/** The nouns that an event can be about, by their kind. */
export type Noun = "partnership" | "customer" | "transaction" | "lead" | "deal";

interface EventRule {
  /** The record whose change is the event. */
  readonly kind: Noun;
  /** What conditions and texts can name. */
  readonly about: readonly Noun[];
  /** Whether a share of an amount makes sense: the event has one. */
  readonly hasAmount: boolean;
  happens(before: BaseRecord | undefined, after: BaseRecord): boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const created = (before: unknown): boolean => before === undefined;

const differs = (field: string) => (before: BaseRecord | undefined, after: BaseRecord) =>
  before === undefined || ({ ...before } as Fields)[field] !== ({ ...after } as Fields)[field];

const isApproved = (record: BaseRecord | undefined): boolean =>
  record !== undefined && "status" in record && record.status === "approved";

/** Who applies joins when the application is approved. */
const joins = (before: BaseRecord | undefined, after: BaseRecord): boolean => isApproved(after) && !isApproved(before);

/** Whether changes of a kind of record can be events. */
export const isHeard = (kind: string): boolean => Object.values(eventRules).some((rule) => rule.kind === kind);

/** What makes each event happen. Rules are read when the event becomes known, whatever time it tells of. */
export const eventRules: Readonly<Record<TriggerEvent, EventRule>> = {
  partner_joined: { kind: "partnership", about: ["partnership"], hasAmount: false, happens: joins },
  partner_moved: {
    kind: "partnership",
    about: ["partnership"],
    hasAmount: false,
    happens: (before, after) => before !== undefined && differs("group_key")(before, after),
  },
  customer_created: { kind: "customer", about: ["partnership", "customer"], hasAmount: false, happens: created },
  transaction_created: {
    kind: "transaction",
    about: ["partnership", "customer", "transaction"],
    hasAmount: true,
    happens: created,
  },
  lead_status: { kind: "lead", about: ["partnership", "lead"], hasAmount: true, happens: differs("status") },
  deal_stage: { kind: "deal", about: ["partnership", "deal"], hasAmount: true, happens: differs("stage") },
};
