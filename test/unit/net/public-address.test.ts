import fc from "fast-check";
import { expect, test } from "vitest";
import { isPublicAddress } from "../../../shared/net/public-address.ts";
import { targetProblem } from "../../../shared/net/target-problem.ts";

const PRIVATE = [
  ["unspecified", "0.0.0.0"],
  ["this network", "0.1.2.3"],
  ["private, class A", "10.1.2.3"],
  ["carrier-grade NAT", "100.64.0.1"],
  ["carrier-grade NAT, its end", "100.127.255.255"],
  ["loopback", "127.0.0.1"],
  ["loopback, another", "127.8.8.8"],
  ["metadata", "169.254.169.254"],
  ["metadata of containers", "169.254.170.2"],
  ["private, class B", "172.16.0.1"],
  ["private, class B, its end", "172.31.255.255"],
  ["protocols", "192.0.0.8"],
  ["documentation 1", "192.0.2.1"],
  ["6to4 relays", "192.88.99.1"],
  ["private, class C", "192.168.1.1"],
  ["benchmarks", "198.19.255.255"],
  ["documentation 2", "198.51.100.7"],
  ["documentation 3", "203.0.113.9"],
  ["multicast", "224.0.0.1"],
  ["reserved", "240.0.0.1"],
  ["broadcast", "255.255.255.255"],
] as const;

test.each(PRIVATE)("%s is not public, however IPv6 carries it", (_what, address) => {
  const [a = 0, b = 0, c = 0, d = 0] = address.split(".").map(Number);
  const hex = (high: number, low: number) => ((high << 8) | low).toString(16);
  const tail = `${hex(a, b)}:${hex(c, d)}`;
  const forms = [
    address,
    `::ffff:${address}`,
    `::ffff:${tail}`,
    `0:0:0:0:0:ffff:${tail}`,
    `::${address}`,
    `::ffff:0:${tail}`,
    `64:ff9b::${tail}`,
    `64:ff9b:1::${tail}`,
    `2002:${tail}::1`,
    `2001:0:${tail}::1`,
  ];
  expect(forms.filter(isPublicAddress)).toEqual([]);
});

test.each([
  ["unspecified", "::"],
  ["loopback", "::1"],
  ["link-local", "fe80::1"],
  ["link-local with its link", "fe80::1%eth0"],
  ["site-local", "fec0::1"],
  ["unique-local", "fc00::1"],
  ["metadata", "fd00:ec2::254"],
  ["multicast", "ff02::1"],
  ["discard", "100::1"],
  ["documentation", "2001:db8::1"],
  ["documentation, new", "3fff::1"],
  ["Teredo", "2001::1"],
  ["ORCHID", "2001:20::1"],
  ["segment routing", "5f00::1"],
  ["no address", "example.com"],
  ["nothing", ""],
])("%s is not public", (_what, address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(["8.8.8.8", "1.1.1.1", "99.255.255.255", "100.128.0.1", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"])(
  "%s is public",
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);

const HOSTILE = [
  "https://127.0.0.1/",
  "https://127.1/",
  "https://2130706433/",
  "https://0x7f000001/",
  "https://0x7f.0.0.1/",
  "https://0177.0.0.1/",
  "https://017700000001/",
  "https://127.0.0.1./",
  "https://0/",
  "https://localhost/",
  "https://LOCALHOST./",
  "https://a.localhost/",
  "https://printer.local/",
  "https://metadata.google.internal/",
  "https://intranet/",
  "https://[::1]/",
  "https://[::]/",
  "https://[::ffff:127.0.0.1]/",
  "https://[::ffff:7f00:1]/",
  "https://[64:ff9b::169.254.169.254]/",
  "https://[fd00:ec2::254]/",
  "https://169.254.169.254/latest/meta-data/",
  "https://2852039166/",
  // Digits and stops of other scripts, which browsers and resolvers take for these.
  "https://①②⑦.⓪.⓪.①/",
  "https://127。0。0。1/",
  "https://example.com:8443/",
  "https://example.com:80/",
  "https://user@example.com/",
  "https://:secret@example.com/",
  "https://example.com@10.0.0.1/",
  "http://example.com/",
  "ftp://example.com/",
  "file:///etc/passwd",
  "data:text/plain,x",
  "//example.com/",
  "example.com",
  "https://",
  "",
] as const;

test.each(HOSTILE)("%s is no target", (target) => {
  expect(targetProblem(target, false)).toBeTypeOf("string");
});

test.each([
  "https://hooks.example.com/in?token=1",
  "https://hooks.example.com:443/",
  "https://bücher.example/",
  "https://8.8.8.8/",
])("%s is one", (target) => {
  expect(targetProblem(target, false)).toBeUndefined();
});

test("with the switch a target may be on this machine, on any port and without TLS, and nothing else is let through", () => {
  for (const target of ["http://127.0.0.1:4567/", "http://localhost/", "https://[::1]:8443/", "https://10.0.0.1/"])
    expect(targetProblem(target, true)).toBeUndefined();
  for (const target of ["file:///etc/passwd", "https://a:b@localhost/", "nowhere"])
    expect(targetProblem(target, true)).toBeTypeOf("string");
});

test("no address of a private network is let through, in whatever way it is written", () => {
  const nets = [
    [10, 8],
    [127, 8],
    [0, 8],
  ] as const;
  fc.assert(
    fc.property(
      fc.constantFrom(...nets),
      fc.integer({ min: 0, max: 0xffffff }),
      fc.integer({ min: 0, max: 4 }),
      (net, rest, form) => {
        const whole = net[0] * 0x1000000 + rest;
        const parts = [24, 16, 8, 0].map((by) => Math.floor(whole / 2 ** by) % 256);
        const written = [
          parts.join("."),
          String(whole),
          `0x${whole.toString(16)}`,
          `0${whole.toString(8)}`,
          `[::ffff:${parts.join(".")}]`,
        ][form];
        expect(targetProblem(`https://${written}/`, false)).toBe("is no public address");
      },
    ),
  );
});
