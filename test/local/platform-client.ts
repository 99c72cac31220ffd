import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { setTimeout as pause } from "node:timers/promises";
import type { Endpoints, ProgramKeys } from "./platform-process.ts";

export interface Rows {
  readonly total: number;
  readonly processed: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly failed: number;
}

export interface ImportJob {
  readonly key: string;
  readonly type: string | null;
  readonly source: string;
  readonly status: string;
  readonly reason: string | null;
  readonly rows: Rows;
}

export interface ExportJob {
  readonly key: string;
  readonly status: string;
  readonly reason: string | null;
  readonly files: readonly {
    readonly name: string;
    readonly rows: number;
    readonly bytes: number;
    readonly sha256: string;
  }[];
}

export interface Outcome {
  readonly row: number;
  readonly line: number;
  readonly outcome: string;
  readonly key: string | null;
  readonly code: string | null;
  readonly column: string | null;
  readonly message: string | null;
  readonly hint: string | null;
}

export interface Mail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly sentAt: string;
}

export interface List<T> {
  readonly items: readonly T[];
  readonly has_more: boolean;
}

export const basic = ({ publicKey, secretKey }: Omit<ProgramKeys, "key">): string =>
  `Basic ${Buffer.from(`${publicKey}:${secretKey}`).toString("base64")}`;
export const bearer = (token: string): string => `Bearer ${token}`;

const PATIENCE_MS = 300_000;

/** The platform as its users see it: the API, the upload bucket, the mailbox and the clock. */
export function clientOf(endpoints: Endpoints) {
  const { api, aws, mailbox, control, program, region, accessKeyId, secretAccessKey } = endpoints;
  const credentials = { accessKeyId, secretAccessKey };
  const s3 = new S3Client({ endpoint: aws.s3, region, credentials, forcePathStyle: true });
  const admin = endpoints.teammates.find(({ role }) => role === "admin")?.email ?? "";

  async function call(method: string, path: string, authorization = basic(program), body?: object) {
    const response = await fetch(`${api}/api/v2${path}`, {
      method,
      headers: { authorization, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, type: response.headers.get("content-type") ?? "", text: await response.text() };
  }

  /** The data of a successful answer. */
  async function data<Data>(method: string, path: string, body?: object): Promise<Data> {
    const { status, text } = await call(method, path, basic(program), body);
    if (status !== 200) throw new Error(`${method} ${path} answered ${status}: ${text}`);
    return JSON.parse(text).data;
  }

  /** All items of a list, page by page. */
  async function all<Item>(path: string, next: (last: Item) => string): Promise<Item[]> {
    const items: Item[] = [];
    for (;;) {
      const last = items.at(-1);
      const after = last === undefined ? "" : `&starting_after=${encodeURIComponent(next(last))}`;
      const page = await data<List<Item>>("GET", `${path}${path.includes("?") ? "&" : "?"}limit=250${after}`);
      items.push(...page.items);
      if (!page.has_more) return items;
    }
  }

  const imports = () => all<ImportJob>("/imports", ({ key }) => key);

  async function drop(key: string, content: string | Uint8Array): Promise<void> {
    await s3.send(
      new PutObjectCommand({ Bucket: endpoints.uploadBucket, Key: key, Body: content, ContentType: "text/csv" }),
    );
  }

  return {
    call,
    data,
    imports,
    drop,
    admin,
    async mails(): Promise<Mail[]> {
      return JSON.parse(await (await fetch(mailbox)).text());
    },
    rowsOf: (key: string, only = "") => all<Outcome>(`/imports/${key}/rows${only}`, ({ row }) => String(row)),
    /** Drops a file of the program and gives its job as soon as there is one. */
    async open(type: string, name: string, content: string | Uint8Array): Promise<ImportJob> {
      const source = `imports/${program.key}/${type}/${name}`;
      const earlier = new Set((await imports()).map(({ key }) => key));
      await drop(source, content);
      return until(async () => (await imports()).find((job) => job.source === source && !earlier.has(job.key)));
    },
    /** The job when it is over. */
    whenOver: (key: string): Promise<ImportJob> =>
      until(async () => {
        const job = await data<ImportJob>("GET", `/imports/${key}`);
        return job.status === "completed" || job.status === "failed" ? job : undefined;
      }),
    /** Asks for a bundle of everything and waits for the link in the mail. */
    async exportAll(): Promise<{ job: ExportJob; link: string }> {
      const { key } = await data<ExportJob>("POST", "/exports/base-records", { member_email: admin, all_time: true });
      const job = await until(async () => {
        const asked = await data<ExportJob>("GET", `/exports/${key}`);
        return asked.status === "completed" || asked.status === "failed" ? asked : undefined;
      });
      if (job.status === "failed") throw new Error(`the export failed: ${job.reason}`);
      const link = await until(async () => (await this.mails()).map(linkIn).find((one) => one?.includes(`/${key}/`)));
      return { job, link };
    },
    async advance(ms: number): Promise<void> {
      const response = await fetch(`${control}/clock`, { method: "POST", body: JSON.stringify({ advance_ms: ms }) });
      if (!response.ok) throw new Error(`the clock answered ${response.status}`);
    },
    /** The processes that functions run in. */
    async functions(): Promise<Record<string, number[]>> {
      return JSON.parse(await (await fetch(`${control}/functions`)).text()).functions;
    },
    close: () => s3.destroy(),
  };
}

export type PlatformClient = ReturnType<typeof clientOf>;

/** The download link of a mail. */
export const linkIn = ({ text }: Pick<Mail, "text">): string | undefined =>
  /https?:\/\/\S+X-Amz-Signature=\S+/.exec(text)?.[0];

/** Looks until there is something to see. */
export async function until<Found>(look: () => Promise<Found | undefined>): Promise<Found> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(100);
  }
  throw new Error("waited too long");
}
