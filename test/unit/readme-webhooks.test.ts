import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { signedHeaders } from "../../shared/webhooks/sign.ts";
import { newSigningSecret } from "../../shared/webhooks/signing-secrets.ts";
import { README } from "./readme-tables.ts";

type IsFromLedger = (secret: string, headers: Record<string, string>, body: string, now?: number) => boolean;

test("the README's way of checking a signature takes what we sign, and nothing else", async () => {
  const [, code = ""] = /```js\n([\s\S]*?)```/.exec(readFileSync(README, "utf8")) ?? [];
  const { isFromLedger } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
    isFromLedger: IsFromLedger;
  };
  const [current, previous, other] = [1, 2, 3].map((byte) =>
    newSigningSecret(() => Buffer.alloc(32, byte).toString("base64url")),
  ) as [string, string, string];
  const at = 1_775_044_800_000;
  const body = `{"type":"customer.created"}`;
  const headers = signedHeaders({ id: "evt_1", body, at }, { current, previous, previous_until: at + 1, mark: "m" });
  const checked = (secret: string, given = body, now = at, sent: Record<string, string> = { ...headers }) =>
    isFromLedger(secret, sent, given, now);
  expect([checked(current), checked(previous)]).toEqual([true, true]);
  expect([
    checked(other),
    checked(current, `${body} `),
    checked(current, body, at + 301_000),
    checked(current, body, at, { ...headers, "webhook-id": "evt_2" }),
    checked(current, body, at, {}),
  ]).toEqual([false, false, false, false, false]);
});
