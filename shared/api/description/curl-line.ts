import type { Route } from "../route.ts";
import { asShown, type Example, textShown } from "./example.ts";

/** A text as one word of a shell, in which nothing means anything else. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** What a shell makes of `"`, `$`, a backtick and a backslash between double quotes. */
const inDoubleQuotes = (text: string): string => text.replaceAll(/["$`\\]/g, String.raw`\$&`);

/**
 * An example as one command, for a shell in which `PARTNER_LEDGER` is where the API is, without its path, and `PUBLIC_KEY` and
 * `SECRET_KEY` are the program's; `TOKEN`, where one is needed, is what somebody has signed in with.
 */
export function curlLine(
  { method, path, needs }: Route,
  { path: values = {}, query = {}, body, token }: Example,
): string {
  const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(textShown(values[name] ?? "")));
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) asked.append(name, textShown(value));
  const whole = asked.size === 0 ? url : `${url}?${asked.toString()}`;
  const credential = token === undefined ? '-u "$PUBLIC_KEY:$SECRET_KEY"' : '-H "Authorization: Bearer $TOKEN"';
  return [
    `curl -X ${method} "$PARTNER_LEDGER${inDoubleQuotes(whole)}"`,
    ...(needs === "nothing" ? [] : [credential]),
    ...(body === undefined
      ? []
      : ["-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(asShown(body), null, 2))}`]),
  ].join(" \\\n  ");
}
