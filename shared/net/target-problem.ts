import { isIP } from "node:net";
import { isPublicAddress } from "./public-address.ts";

/** The host of a URL as sockets and resolvers take it: IPv6 without its brackets. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, "$1");

/**
 * What speaks against sending to an address, as far as it can be told without asking a name server; undefined when
 * nothing does. Numbers that stand for an address (`0x7f.1`, `2130706433`) are read as browsers and resolvers do.
 */
export function targetProblem(target: string, mayBePrivate: boolean): string | undefined {
  const url = URL.parse(target);
  if (url === null) return "is not a valid URL";
  if (url.protocol !== "https:" && !(mayBePrivate && url.protocol === "http:")) return "is not a URL of https";
  if (url.username !== "" || url.password !== "") return "has credentials in it";
  if (mayBePrivate) return undefined;
  if (url.port !== "") return "has another port than 443";
  const host = hostOf(url);
  return isLocalName(host) || (isIP(host) !== 0 && !isPublicAddress(host)) ? "is no public address" : undefined;
}

/** Names that stand for this machine or this network. They are refused when resolved, too: this only says so earlier. */
function isLocalName(host: string): boolean {
  const name = host.replace(/\.$/, "").toLowerCase();
  return !name.includes(":") && (!name.includes(".") || /\.(localhost|local|internal|home\.arpa)$/.test(name));
}
