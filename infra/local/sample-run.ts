import { PutObjectCommand } from "@aws-sdk/client-s3";
import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { API_BASE } from "../../shared/names.ts";
import type { LocalCredentials } from "./programs.ts";
import type { RunningPlatform } from "./running-platform.ts";
import type { Screen } from "./screen.ts";

/** In the order they refer to each other. */
const TYPES = ["partners", "customers", "transactions", "rewards"] as const;

const POLL_MS = 200;
const PATIENCE_MS = 10 * 60 * 1000;

interface Job {
  readonly key: string;
  readonly source: string;
  readonly status: string;
  readonly reason: string | null;
  readonly progress?: number;
  readonly rows?: Readonly<Record<string, number>>;
}

/** Does the main job as its users do: drops the sample's files into the bucket, asks for a bundle, reads the mail. */
export async function runSample(platform: RunningPlatform, { program, teammates }: LocalCredentials, screen: Screen): Promise<string> {
  const ask = apiClient(platform.endpoints.api, program.publicKey, program.secretKey);
  for (const type of TYPES) {
    const key = `imports/${program.key}/${type}/${type}.csv`;
    const Body = await readFile(new URL(`./sample/${type}.csv`, import.meta.url));
    await platform.clients.s3.send(new PutObjectCommand({ Bucket: platform.resources.buckets.uploads, Key: key, Body, ContentType: "text/csv" }));
    await follow(
      async () => ((await ask("GET", "/imports?limit=10")) as { items: Job[] }).items.find(({ source }) => source === key),
      (job) => screen.progress(importLine(type, job)),
    );
    screen.done();
  }
  const [admin] = teammates;
  const asked = (await ask("POST", "/exports/base-records", { member_email: admin?.email, all_time: true })) as Job;
  await follow(
    async () => (await ask("GET", `/exports/${asked.key}`)) as Job,
    (job) => screen.progress(`  export        ${bar(job.progress ?? 0)}  ${job.status}`),
  );
  screen.done();
  return mailedLink(platform.endpoints.mailbox, admin?.email ?? "");
}

type Ask = (method: string, path: string, body?: object) => Promise<unknown>;

function apiClient(api: string, publicKey: string, secretKey: string): Ask {
  const authorization = `Basic ${Buffer.from(`${publicKey}:${secretKey}`).toString("base64")}`;
  return async (method, path, body) => {
    const response = await fetch(api + API_BASE + path, {
      method,
      headers: { authorization, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer: { data?: unknown; message?: string } = JSON.parse(await response.text());
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${answer.message}`);
    return answer.data;
  };
}

async function follow(look: () => Promise<Job | undefined>, show: (job: Job) => void): Promise<void> {
  for (let waited = 0; waited < PATIENCE_MS; waited += POLL_MS) {
    const job = await look();
    if (job) show(job);
    if (job?.status === "completed") return;
    if (job?.status === "failed") throw new Error(`${job.source} failed: ${job.reason}`);
    await pause(POLL_MS);
  }
  throw new Error("the sample takes too long; see the logs");
}

function importLine(type: string, { rows = {}, status }: Job): string {
  const { total = 0, processed = 0 } = rows;
  const outcomes = ["created", "updated", "unchanged", "skipped", "failed"].filter((name) => (rows[name] ?? 0) > 0);
  const counts = outcomes.map((name) => `${rows[name]?.toLocaleString("en")} ${name}`).join(", ");
  return `  ${type.padEnd(12)}  ${bar(total === 0 ? 0 : (100 * processed) / total)}  ${counts || status}`;
}

const bar = (percent: number): string => `${"█".repeat(Math.floor(percent / 5)).padEnd(20, "░")} ${String(Math.floor(percent)).padStart(3)} %`;

async function mailedLink(mailbox: string, to: string): Promise<string> {
  for (let waited = 0; waited < PATIENCE_MS; waited += POLL_MS) {
    const mails: { to: string; text: string }[] = JSON.parse(await (await fetch(mailbox)).text());
    for (const { to: addressee, text } of mails.toReversed()) {
      const link = addressee === to ? /https?:\/\/\S+X-Amz-Signature=\S+/.exec(text)?.[0] : undefined;
      if (link !== undefined) return link;
    }
    await pause(POLL_MS);
  }
  throw new Error("the bundle's mail did not come; see the logs");
}
