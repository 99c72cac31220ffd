import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as z from "zod";
import { basic, bearer, type Mail } from "./platform-client.ts";
import { type PlatformProcess, removeFolders, startPlatformProcess, temporaryFolder } from "./platform-process.ts";

const dataDir = temporaryFolder();
let platform: PlatformProcess;

const start = async () => {
  platform = startPlatformProcess({ dataDir, args: ["--empty"] });
  await platform.ready;
};

beforeAll(start);

afterAll(async () => {
  await platform.killTree();
  removeFolders([dataDir]);
});

const answered = z.object({ data: z.record(z.string(), z.unknown()) });
const kept = z.object({ program: z.looseObject({}) });

async function ask(method: string, path: string, authorization?: string, body?: object) {
  const response = await fetch(`${platform.endpoints().api}/api/v2${path}`, {
    method,
    headers: {
      ...(authorization !== undefined && { authorization }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const { data = {} } = answered.safeParse(await response.json()).data ?? {};
  return { status: response.status, data };
}

async function mailTo(address: string): Promise<Mail> {
  for (let tries = 0; tries < 300; tries++) {
    const mails: readonly Mail[] = JSON.parse(await (await fetch(platform.endpoints().mailbox)).text());
    const mail = mails.findLast(({ to }) => to === address);
    if (mail !== undefined) return mail;
    await pause(100);
  }
  throw new Error(`there is no mail to ${address}`);
}

it("an invited teammate signs in by a mailed code, once", async () => {
  const { program, teammates } = platform.endpoints();
  const admin = bearer(teammates[0]?.token ?? "");
  const email = "bo@northwind.example";
  expect((await ask("POST", "/teammates", admin, { email, permissions: ["audit:read"] })).status).toBe(200);
  expect((await mailTo(email)).text).toContain("/sign-in");
  expect((await ask("POST", "/sign-in", undefined, { program: program.key, email })).status).toBe(200);
  let code: string | undefined;
  for (let tries = 0; tries < 300 && code === undefined; tries++) {
    code = /One-time code: (\S+)/.exec((await mailTo(email)).text)?.[1];
    await pause(100);
  }
  const [session, again] = [
    await ask("POST", "/sign-in/token", undefined, { token: code }),
    await ask("POST", "/sign-in/token", undefined, { token: code }),
  ];
  expect([session.status, again.status]).toEqual([200, 401]);
  const me = await ask("GET", "/me", bearer(String(session.data["token"])));
  expect(me.data).toMatchObject({ kind: "teammate", id: email, permissions: ["audit:read"] });
});

it("the sample program has a pair of test keys, also where an earlier start made none", async () => {
  const { program } = platform.endpoints();
  const test = basic({ publicKey: program.testPublicKey ?? "", secretKey: program.testSecretKey ?? "" });
  expect((await ask("GET", "/me", test)).data).toMatchObject({ kind: "key", test: true });
  await platform.killTree();
  const file = join(dataDir, "credentials.json");
  const credentials = kept.parse(JSON.parse(readFileSync(file, "utf8")));
  const { testPublicKey: _public, testSecretKey: _secret, ...earlier } = credentials.program;
  const all: object = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify({ ...all, program: earlier }));
  await start();
  const { program: now } = platform.endpoints();
  expect(now.publicKey).toBe(program.publicKey);
  expect(now.testPublicKey).not.toBe(program.testPublicKey);
  const made = basic({ publicKey: now.testPublicKey ?? "", secretKey: now.testSecretKey ?? "" });
  expect((await ask("GET", "/me", made)).data).toMatchObject({ test: true });
});

it("of a rotated pair the new one works, and the old one no more when there is no overlap", async () => {
  const admin = bearer(platform.endpoints().teammates[0]?.token ?? "");
  const pairIn = ({ data }: Awaited<ReturnType<typeof ask>>) =>
    basic({ publicKey: String(data["public_key"]), secretKey: String(data["secret_key"]) });
  const old = await ask("POST", "/key-pairs", admin, { name: "Shop" });
  const rotated = await ask("POST", `/key-pairs/${String(old.data["key"])}/rotation`, admin, { overlap_hours: 0 });
  // Asked for only now: the gateway would remember for a minute who it was.
  expect((await ask("GET", "/me", pairIn(old))).status).toBe(401);
  expect((await ask("GET", "/me", pairIn(rotated))).status).toBe(200);
});
