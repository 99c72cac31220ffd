import { createHmac } from "node:crypto";
import { keyOfSecret, type SigningSecrets } from "./signing-secrets.ts";

/**
 * The headers by which a receiver knows that we sent a body, as the Standard Webhooks specification 1.0 has them. While a
 * former secret is still good there is a signature by each.
 */
export function signedHeaders(
  { id, body, at }: { readonly id: string; readonly body: string; readonly at: number },
  secrets: SigningSecrets,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1000));
  const isOverlap = secrets.previous !== null && at < (secrets.previous_until ?? 0);
  const used = isOverlap && secrets.previous !== null ? [secrets.current, secrets.previous] : [secrets.current];
  const signatures = used.map((secret) => {
    const digest = createHmac("sha256", keyOfSecret(secret)).update(`${id}.${timestamp}.${body}`).digest("base64");
    return `v1,${digest}`;
  });
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}
