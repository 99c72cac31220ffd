import { BlockList, isIP } from "node:net";

/** IPv4 that is not of the public internet: IANA's registry of special addresses, multicast and what is reserved. */
const SPECIAL_V4: readonly (readonly [net: string, prefix: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  // Between customers of one carrier.
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  // Link-local, where clouds answer for a machine's metadata and credentials.
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/**
 * Within the unicast of the internet (2000::/3). All else is special without more ado: loopback, link-local, unique-local
 * with the metadata of AWS (fd00:ec2::254), multicast, and IPv4 within IPv6, mapped, compatible or translated (64:ff9b::).
 */
const SPECIAL_V6: readonly (readonly [net: string, prefix: number])[] = [
  // Protocols, among them Teredo, which carries IPv4 along.
  ["2001::", 23],
  ["2001:db8::", 32],
  // 6to4 carries IPv4 along, too, and is given up.
  ["2002::", 16],
  ["3fff::", 20],
];

const special = new BlockList();
for (const [net, prefix] of SPECIAL_V4) special.addSubnet(net, prefix, "ipv4");
const specialV6 = new BlockList();
for (const [net, prefix] of SPECIAL_V6) specialV6.addSubnet(net, prefix, "ipv6");
const internetV6 = new BlockList();
internetV6.addSubnet("2000::", 3, "ipv6");

/** Whether an IP address is one of the public internet; what is no address is not. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !special.check(address, "ipv4");
  // With a zone it is of this machine's links.
  if (version !== 6 || address.includes("%")) return false;
  return internetV6.check(address, "ipv6") && !specialV6.check(address, "ipv6");
}
