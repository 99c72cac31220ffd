import type { UploadLinkSigner } from "../../shared/ports.ts";

/** A signer whose forms say what they were signed for. */
export function createMemoryUploadLinkSigner(): UploadLinkSigner {
  return {
    async form(key, { maxBytes, minutes }) {
      await Promise.resolve();
      return { url: "https://bucket.test", fields: { key, policy: `1..${maxBytes} bytes, ${minutes} minutes` } };
    },
  };
}
