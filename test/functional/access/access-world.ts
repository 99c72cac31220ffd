import * as z from "zod";
import { sendMail } from "../../../shared/mail/send-mail.ts";
import { auditEntry } from "../../../shared/records/audit-entry.ts";
import { PARTNER_DEFAULTS, type Partnership, partnership } from "../../../shared/records/partnership.ts";
import { createMemoryLinkSigner } from "../../fakes/memory-link-signer.ts";
import { createMemoryMailer } from "../../fakes/memory-mailer.ts";
import { createWorld } from "../api-world.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const anAnswer = z.object({ data: z.record(z.string(), z.unknown()) });

/** The data of an answer. */
export const dataOf = ({ json }: { readonly json: unknown }): Readonly<Record<string, unknown>> =>
  anAnswer.parse(json).data;

/** A text of an answer's data. */
export const textOf = (reply: { readonly json: unknown }, name: string): string =>
  z.string().parse(dataOf(reply)[name]);

/** Statuses as a set, where order is chance. */
export const statusesOf = (...replies: readonly { readonly status: number }[]): number[] =>
  replies.map(({ status }) => status).toSorted((a, b) => a - b);

/** A program with an admin, Ada, and a world in which mails leave. */
export async function createAccessWorld() {
  const world = createWorld();
  const { call, ledger, clock, log, mailQueue, table } = world;
  const acme = await world.start();
  const mailer = createMemoryMailer();
  const dependencies = {
    table,
    ledger,
    clock,
    log,
    mailer,
    mailQueue,
    randomToken: world.access.randomToken,
    bundleLinks: createMemoryLinkSigner(),
    reportLinks: createMemoryLinkSigner(),
  };
  const asker =
    (method: string) =>
    async (path: string, body?: unknown, authorization: string | undefined = acme.bearer) =>
      call(method, `/api/v2${path}`, { authorization, body });

  const get = async (path: string, authorization: string | undefined = acme.bearer) =>
    call("GET", `/api/v2${path}`, { authorization });
  const textsOf = (keys: readonly unknown[]) => z.array(z.string()).parse(keys);

  return {
    ...world,
    acme,
    mails: mailer.mails,
    get,
    keysOf: async (path: string, authorization?: string) => textsOf((await get(path, authorization)).keys),
    /** The keys of a list, read page by page to its end. */
    async walk(path: string): Promise<string[]> {
      const seen: string[] = [];
      for (let hasMore = true; hasMore;) {
        const cursor = seen.at(-1);
        const query = { limit: "3", ...(cursor !== undefined && { starting_after: cursor }) };
        const page = await call("GET", `/api/v2${path}`, { authorization: acme.bearer, query });
        seen.push(...textsOf(page.keys));
        hasMore = page.hasMore ?? false;
      }
      return seen;
    },
    post: asker("POST"),
    patch: asker("PATCH"),
    del: asker("DELETE"),
    /** A teammate's token; nobody has to sign in for it. */
    async bearer(email: string, permissions: Parameters<typeof world.hire>[1]["permissions"] = []) {
      await world.hire("acme", { email, permissions });
      return world.bearerOf({ program: "acme", kind: "teammate", email });
    },
    async addPartner(key: string, given: Partial<Partnership> = {}) {
      const after = { ...aPartner(key, clock()), ...given };
      if (!(await ledger.commit({ mark: key, changes: [{ declaration: partnership, after }] })))
        throw new Error(`${key} is there already`);
      return after;
    },
    /** Sends all mails that wait, each message twice, as a queue may. */
    async sendMails() {
      for (const message of mailQueue.drain())
        for (let time = 0; time < 2; time++) await sendMail(dependencies, message);
    },
    /** What the audit log has, newest first. */
    deeds: async () =>
      (await ledger.newest(auditEntry, "acme", 100)).map(({ record: { action, actor, remote_ip, subject_key } }) => ({
        action,
        actor,
        remote_ip,
        subject_key,
      })),
  };
}

export type AccessWorld = Awaited<ReturnType<typeof createAccessWorld>>;

const aPartner = (key: string, at: number): Partnership => ({
  program: "acme",
  key,
  created_at: at,
  updated_at: at,
  partner_key: `own-${key}`,
  email: `${key}@p.example`,
  first_name: "Pat",
  last_name: "Partner",
  group_key: "grup_1",
  ...PARTNER_DEFAULTS,
  manager: null,
  tags: [],
  fields: {},
  status: "approved",
  archived: false,
  joined_at: at,
  group_joined_at: at,
});
