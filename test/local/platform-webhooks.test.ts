import { afterAll, beforeAll, expect, it } from "vitest";
import { listen } from "../../infra/local/listen.ts";
import { ensurePrograms } from "../../infra/local/programs.ts";
import { type RunningPlatform, startPlatform } from "../../infra/local/running-platform.ts";
import { isSigned } from "../functional/webhook-signed.ts";
import { clientOf, type PlatformClient, until } from "./platform-client.ts";
import { removeFolders, temporaryFolder } from "./platform-process.ts";

const dataDir = temporaryFolder();
const posts: { readonly headers: Readonly<Record<string, string>>; readonly body: string }[] = [];
let receiver: Awaited<ReturnType<typeof listen>>;
let platform: RunningPlatform;
let client: PlatformClient;

beforeAll(async () => {
  receiver = await listen(async (asked, answer) => {
    let body = "";
    for await (const chunk of asked) body += String(chunk);
    posts.push({ headers: asked.headers as Record<string, string>, body });
    answer.end();
  });
  platform = await startPlatform({ dataDir, port: 0, onFailure: () => undefined });
  const { table, buckets } = platform.resources;
  client = clientOf({
    ...platform.endpoints,
    ...platform.credentials,
    ...(await ensurePrograms(platform, dataDir)),
    region: platform.region,
    table,
    uploadBucket: buckets.uploads,
    exportBucket: buckets.exports,
  });
}, 60_000);

afterAll(async () => {
  client.close();
  await platform.close();
  await receiver.close();
  removeFolders([dataDir]);
});

it("a receiver on this machine hears of a dropped file, signed, through the real queue and function", async () => {
  const target = `${receiver.url}/in`;
  const { key, secret } = await client.data<{ key: string; secret: string }>("POST", "/webhooks", {
    target,
    events: ["partnership.created", "import.*"],
  });
  const file =
    "partner_first,partner_last,partner_email,partner_key\nAda,Lee,ada@x.example,ada\nBo,Ng,bo@x.example,bo\n";
  await client.open("partners", "partners.csv", file);
  await until(async () => Promise.resolve(posts.length >= 3 ? posts : undefined));
  expect(posts.every((post) => isSigned(post, secret))).toBe(true);
  const types = posts.map(({ body }) => (JSON.parse(body) as { type: string }).type);
  expect(types.toSorted()).toEqual(["import.completed", "partnership.created", "partnership.created"]);
  const delivered = await until(async () => {
    const { items } = await client.data<{ items: { status: string }[] }>("GET", `/webhooks/${key}/deliveries`);
    return items.every(({ status }) => status === "succeeded") ? items : undefined;
  });
  expect(delivered).toHaveLength(3);
}, 60_000);
