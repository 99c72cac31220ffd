import { PutObjectCommand } from "@aws-sdk/client-s3";
import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { DROP_PREFIX } from "../../shared/names.ts";
import { apiClient, type Ask, basic } from "./api-client.ts";
import { exportLine, type ShownExport } from "./export-line.ts";
import { importLine, type ShownImport } from "./import-line.ts";
import type { LocalCredentials } from "./programs.ts";
import type { RunningPlatform } from "./running-platform.ts";
import type { Screen } from "./screen.ts";
import { StartProblem } from "./start-problem.ts";

/** In the order they refer to each other. */
const TYPES = ["partners", "customers", "transactions", "rewards", "leads", "deals"] as const;

const POLL_MS = 200;
const PATIENCE_MS = 10 * 60 * 1000;

interface Job extends ShownImport {
  readonly key: string;
  readonly source: string;
  readonly reason: string | null;
}

/** Does the main job as its users do: drops the sample's files into the bucket, asks for a bundle, reads the mail. */
export async function runSample(
  platform: RunningPlatform,
  { program, teammates }: LocalCredentials,
  screen: Screen,
): Promise<string> {
  const { ask } = apiClient(platform.endpoints.api, basic(program.publicKey, program.secretKey));
  for (const type of TYPES) await importFile(platform, ask, program.key, type, screen);
  const email = teammates[0]?.email ?? "";
  const asked = await ask<Job>("POST", "/exports/base-records", { member_email: email, all_time: true });
  await follow(
    () => ask<Job & ShownExport>("GET", `/exports/${asked.key}`),
    (job, seconds) => screen.progress(exportLine(job, seconds)),
  );
  screen.done();
  return mailedLink(platform.endpoints.mailbox, email, asked.key);
}

async function importFile(
  { clients, resources }: RunningPlatform,
  ask: Ask,
  program: string,
  type: string,
  screen: Screen,
): Promise<void> {
  const source = `${DROP_PREFIX}${program}/${type}/${type}.csv`;
  const jobsOfFile = async () => {
    const { items } = await ask<{ items: Job[] }>("GET", "/imports?limit=50");
    return items.filter((job) => job.source === source);
  };
  // A start that was killed may have left jobs of this very file, which go on by themselves.
  const earlier = new Set((await jobsOfFile()).map(({ key }) => key));
  const Body = await readFile(new URL(`./sample/${type}.csv`, import.meta.url));
  const Bucket = resources.buckets.uploads;
  await clients.s3.send(new PutObjectCommand({ Bucket, Key: source, Body, ContentType: "text/csv" }));
  screen.progress(importLine(type, { status: "dropped" }, 0));
  let key: string | undefined;
  await follow(
    async () => {
      if (key !== undefined) return ask<Job>("GET", `/imports/${key}`);
      const found = (await jobsOfFile()).find((job) => !earlier.has(job.key));
      key = found?.key;
      return found;
    },
    (job, seconds) => screen.progress(importLine(type, job, seconds)),
  );
  screen.done();
}

async function follow<Shown extends Job>(
  look: () => Promise<Shown | undefined>,
  show: (job: Shown, seconds: number) => void,
): Promise<void> {
  const begin = Date.now();
  while (Date.now() < begin + PATIENCE_MS) {
    const job = await look();
    if (job) show(job, Math.floor((Date.now() - begin) / 1000));
    if (job?.status === "completed") return;
    if (job?.status === "failed") throw new StartProblem(`${job.source ?? "the export"} failed: ${job.reason}`);
    await pause(POLL_MS);
  }
  throw new StartProblem("the sample takes too long");
}

async function mailedLink(mailbox: string, to: string, exportKey: string): Promise<string> {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    const mails: { to: string; text: string }[] = JSON.parse(await (await fetch(mailbox)).text());
    const links = mails.flatMap((mail) =>
      mail.to === to ? (mail.text.match(/https?:\/\/\S+X-Amz-Signature=\S+/g) ?? []) : [],
    );
    const link = links.find((one) => one.includes(`/${exportKey}/`));
    if (link !== undefined) return link;
    await pause(POLL_MS);
  }
  throw new StartProblem("the bundle's mail did not come");
}
