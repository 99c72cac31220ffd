import { createHmac } from "node:crypto";

/** As a receiver checks it, by the words of the specification. */
export function isSigned(
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  secret: string,
): boolean {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const expected = createHmac("sha256", key).update(signed).digest("base64");
  return (headers["webhook-signature"] ?? "").split(" ").includes(`v1,${expected}`);
}
