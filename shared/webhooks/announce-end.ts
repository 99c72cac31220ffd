import type { WebhookEvent } from "../records/webhook-events.ts";
import type { Announcing } from "./announce-changes.ts";

/** How jobs end, by their kind, and how an import is taken back. */
const ENDS = {
  import: ["import.completed", "import.failed"],
  undo: ["import.undone"],
  export: ["export.completed", "export.failed"],
} as const satisfies Readonly<Record<string, readonly WebhookEvent[]>>;

/** Tells webhooks that a job has come to an end; which one, its record tells. Told again, it is the same event. */
export async function announceEnd(
  { webhooks, heard }: Announcing,
  what: keyof typeof ENDS,
  { program, key }: { readonly program: string; readonly key: string },
): Promise<void> {
  const events = await heard(program, ENDS[what]);
  if (events.length === 0) return;
  const kind = what === "export" ? "export" : "import";
  await webhooks.send([{ step: "event", program, events: [...events], kind, key, mark: "end", since: 0, until: null }]);
}
