import type { LinkSigner } from "../../shared/ports.ts";

/** A signer whose links say what they were signed for. */
export function createMemoryLinkSigner(): LinkSigner {
  return {
    async link(key, { minutes, filename }) {
      await Promise.resolve();
      const query = new URLSearchParams({ minutes: String(minutes), filename });
      return `https://bucket.test/${key.split("/").map(encodeURIComponent).join("/")}?${query.toString()}`;
    },
  };
}
