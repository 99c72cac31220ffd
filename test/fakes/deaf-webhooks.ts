import type { Announcing } from "../../shared/webhooks/announce-changes.ts";
import { createMemoryQueue } from "./memory-queue.ts";

/** What announces events where no webhook listens. */
export const deafWebhooks = (): Announcing => ({
  webhooks: createMemoryQueue(),
  heard: async () => Promise.resolve([]),
});
