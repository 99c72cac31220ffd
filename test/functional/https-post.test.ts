import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createHttpsPost, type Resolve } from "../../shared/net/https-post.ts";
import { bodyOf } from "../../shared/webhooks/deliveries.ts";
import { signedHeaders } from "../../shared/webhooks/sign.ts";
import { newSigningSecret } from "../../shared/webhooks/signing-secrets.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server on this machine, with what it was asked. */
async function serve(listener: RequestListener) {
  const asked: string[] = [];
  const server = createServer((request, answer) => {
    asked.push(request.url ?? "");
    listener(request, answer);
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { asked, port, url: `http://127.0.0.1:${port}/in` };
}

const REQUEST = { headers: { "content-type": "application/json" }, body: "{}" };
const here = createHttpsPost({ mayBePrivate: true, withinMs: 1_000 });

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

test("what is posted arrives letter by letter, and its signature holds", async () => {
  const secret = newSigningSecret(() => Buffer.alloc(32, 7).toString("base64url"));
  const body = bodyOf("customer.created", 1_775_044_800_123, { name: "Ünïcödé 🎉", key: "cus_1" });
  let isGood = false;
  const { url } = await serve((request, answer) => {
    void textOf(request).then((text) => {
      const { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": signature } = request.headers;
      const key = Buffer.from(secret.slice("whsec_".length), "base64");
      const expected = createHmac("sha256", key)
        .update(`${String(id)}.${String(at)}.${text}`)
        .digest("base64");
      isGood = text === body && signature === `v1,${expected}` && request.method === "POST" && at === "1775044800";
      return answer.end("thanks");
    });
  });
  const signed = signedHeaders(
    { id: "evt_1", body, at: 1_775_044_800_999 },
    { current: secret, previous: null, previous_until: null, mark: "m" },
  );
  expect(await here({ url, headers: { ...REQUEST.headers, ...signed }, body })).toEqual({ status: 200 });
  expect(isGood).toBe(true);
});

test("a redirect to this machine is told, and not followed", async () => {
  const inner = await serve((_, answer) => answer.end());
  const { url } = await serve((_, answer) => answer.writeHead(302, { location: inner.url }).end());
  expect(await here({ url, ...REQUEST })).toEqual({ status: 302 });
  expect(inner.asked).toEqual([]);
});

test("a signature is the one of the specification's own example", () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const at = 1_614_265_330_000;
  const body = `{"test": 2432232314}`;
  const secrets = { current: secret, previous: null, previous_until: null, mark: "m" };
  expect(signedHeaders({ id: "msg_p5jXN8AQM9LWM0D4loKWxJek", body, at }, secrets)).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

describe("whatever the other side does is told, and soon over:", () => {
  const cases: readonly (readonly [string, RequestListener, object])[] = [
    ["an error", (_, answer) => answer.writeHead(503).end(), { status: 503 }],
    ["a redirect to itself", (_, answer) => answer.writeHead(307, { location: "/elsewhere" }).end(), { status: 307 }],
    ["silence", () => undefined, { failure: "timed_out" }],
    ["a line that breaks", (request) => request.socket.destroy(), { failure: "connection_failed" }],
    ["what is no HTTP", (request) => request.socket.end("SSH-2.0-x\r\n"), { failure: "connection_failed" }],
    [
      "another protocol",
      (request) => void request.socket.write("HTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
      { failure: "connection_failed" },
    ],
    [
      "an answer without end",
      (_, answer) => {
        answer.writeHead(200);
        const pour = setInterval(() => answer.write(Buffer.alloc(2_000)), 2);
        answer.on("close", () => clearInterval(pour));
      },
      { status: 200 },
    ],
    [
      "an answer that stops in the middle",
      (_, answer) => {
        answer.writeHead(200, { "content-length": "100" });
        answer.write("x");
      },
      { status: 200 },
    ],
  ];
  test.each(cases)("%s", async (_what, listener, expected) => {
    const { asked, url } = await serve(listener);
    const began = performance.now();
    expect(await here({ url, ...REQUEST })).toEqual(expected);
    expect(performance.now() - began).toBeLessThan(3_000);
    // Not once more, and not at the place that a redirect names.
    expect(asked).toEqual(["/in"]);
  });

  test("nobody listens, or speaks TLS, or has the name", async () => {
    const { port } = await serve(() => undefined);
    expect(await here({ url: `https://127.0.0.1:${port}/`, ...REQUEST })).toEqual({ failure: "tls_failed" });
    expect(await here({ url: "http://127.0.0.1:1/", ...REQUEST })).toEqual({ failure: "connection_failed" });
    const post = createHttpsPost({ mayBePrivate: true, resolve: async () => Promise.reject(new Error("ENOTFOUND")) });
    expect(await post({ url: "https://nobody.example/", ...REQUEST })).toEqual({ failure: "name_not_found" });
  });

  test("a name server that does not answer", async () => {
    const post = createHttpsPost({ mayBePrivate: true, withinMs: 50, resolve: () => new Promise(() => undefined) });
    expect(await post({ url: "https://slow.example/", ...REQUEST })).toEqual({ failure: "timed_out" });
  });
});

describe("without the switch, nothing of this machine is reached", () => {
  const at =
    (...addresses: readonly string[]): Resolve =>
    async () =>
      Promise.resolve(addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })));
  const refused = { failure: "address_refused" };

  test.each([
    ["loopback", at("127.0.0.1")],
    ["IPv6 loopback", at("::1")],
    ["mapped loopback", at("::ffff:127.0.0.1")],
    ["metadata", at("169.254.169.254")],
    ["a private address behind a public one", at("8.8.8.8", "10.0.0.1")],
    ["what is no address", at("example.com")],
  ])("by a name that means %s", async (_what, resolve) => {
    const post = createHttpsPost({ mayBePrivate: false, resolve });
    expect(await post({ url: "https://hooks.example.com/", ...REQUEST })).toEqual(refused);
  });

  test("by an address that is written out, or by plain HTTP, or by another port", async () => {
    const { asked, port } = await serve((_, answer) => answer.end());
    const post = createHttpsPost({ mayBePrivate: false, resolve: at("127.0.0.1") });
    for (const url of [
      `http://127.0.0.1:${port}/`,
      `https://127.0.0.1:${port}/`,
      "https://2130706433/",
      "https://[::ffff:127.0.0.1]/",
      "https://localhost/",
      `https://hooks.example.com:${port}/`,
    ])
      expect(await post({ url, ...REQUEST }), url).toEqual(refused);
    expect(asked).toEqual([]);
  });

  test("a name that means something else the second time leads to what it meant when it was checked", async () => {
    const { asked, port } = await serve((_, answer) => answer.end());
    const names: string[] = [];
    const resolve: Resolve = async (host) => {
      names.push(host);
      return Promise.resolve([{ address: names.length === 1 ? "127.0.0.1" : "127.0.0.2", family: 4 }]);
    };
    // With the switch, to see where it goes: nobody listens at the second address.
    const post = createHttpsPost({ mayBePrivate: true, resolve, withinMs: 1_000 });
    expect(await post({ url: `http://pinned.example:${port}/in`, ...REQUEST })).toEqual({ status: 200 });
    expect([names, asked]).toEqual([["pinned.example"], ["/in"]]);
  });
});
