/** What an `Authorization` header brings along. */
export type Presented =
  | { readonly scheme: "basic"; readonly publicKey: string; readonly secretKey: string }
  | { readonly scheme: "bearer"; readonly token: string };

/** Nothing that we ever gave out is longer, and a table key holds 2,048 bytes. */
const LONGEST = 200;

const SHAPE = /^(basic|bearer) +([\w\-.~+/]+=*)$/i;

/** Reads the header; undefined when it is malformed. */
export function readAuthorization(header: string | undefined): Presented | undefined {
  const [, scheme = "", credentials = ""] = SHAPE.exec(header?.trim() ?? "") ?? [];
  if (credentials === "") return undefined;
  if (scheme.toLowerCase() === "bearer") {
    return credentials.length > LONGEST ? undefined : { scheme: "bearer", token: credentials };
  }
  // RFC 7617: the first colon ends the user name.
  const pair = Buffer.from(credentials, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  if (colon < 1 || pair.length > 2 * LONGEST) return undefined;
  return { scheme: "basic", publicKey: pair.slice(0, colon), secretKey: pair.slice(colon + 1) };
}
