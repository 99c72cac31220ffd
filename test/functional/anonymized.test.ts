import { beforeEach, describe, expect, test } from "vitest";
import { routes } from "../../shared/api/routes.ts";
import { exportBundle } from "../../shared/exports/export-bundle.ts";
import { SETTLE_MS } from "../../shared/ledger/settled.ts";
import { sendMail } from "../../shared/mail/send-mail.ts";
import { customer } from "../../shared/records/customer.ts";
import { deal } from "../../shared/records/deal.ts";
import { lead } from "../../shared/records/lead.ts";
import { partnership } from "../../shared/records/partnership.ts";
import { type Program, program, programPlace } from "../../shared/records/program.ts";
import { reward } from "../../shared/records/reward.ts";
import { placeholderEmail } from "../../shared/records/shown-email.ts";
import { fillIn } from "../../shared/triggers/fill-in.ts";
import { createMemoryLinkSigner } from "../fakes/memory-link-signer.ts";
import { createMemoryMailer } from "../fakes/memory-mailer.ts";
import { createHeardEvents } from "../../shared/webhooks/heard-events.ts";
import { createMemoryQueue } from "../fakes/memory-queue.ts";
import { readArchive } from "../unit/exports/read-archive.ts";
import { createWorld, type Reply } from "./api-world.ts";
import { createImportWorld, lines } from "./imports-harness.ts";
import { aDeal, aLead, aPartner } from "./ledger-records.ts";

const REAL = "Cleo.Real@c.example";
const PLACEHOLDER = /^customer-[0-9a-z]{26}@anonymous\.invalid$/;

let world: ReturnType<typeof createWorld>;
let authorization: string;

beforeEach(async () => {
  world = createWorld();
  ({ basic: authorization } = await world.start());
  await world.put(partnership, aPartner({ key: "part_1", partner_key: "ada", email: "ada@p.example" }));
});

const call = (method: string, path: string, body?: unknown, query: Record<string, string> = {}): Promise<Reply> =>
  world.call(method, `/api/v2${path}`, { authorization, query, ...(body !== undefined && { body }) });

const data = ({ json }: Reply) => (json as { data: Record<string, unknown> }).data;
const items = (reply: Reply) => data(reply)["items"] as Record<string, unknown>[];

const signUp = (body: object = {}) =>
  call("POST", "/customers", { email: REAL, partner_key: "ada", customer_key: "acct_1", name: "Cleo", ...body });

const anonymize = (anonymize_customers = true) => call("PATCH", "/program", { anonymize_customers });

const findings = (text: string): string[] => text.match(/.{0,80}cleo\.real.{0,20}/gi) ?? [];

/** The files of a bundle, as its reader has them. */
async function exported(format: "bundle" | "import"): Promise<string> {
  world.clock.advance(1000);
  const asked = await call("POST", "/exports/base-records", { member_email: "ada@acme.example", format });
  expect(asked.status).toBe(200);
  world.clock.advance(SETTLE_MS);
  const exports = createMemoryQueue<Parameters<ReturnType<typeof exportBundle>>[0]>();
  const build = exportBundle({
    ...world.ports,
    mail: world.mailQueue,
    exports,
    webhooks: world.ports.webhookQueue,
    heard: createHeardEvents(world),
  });
  for (const message of world.exportQueue.drain()) await build(message, () => false);
  const key = world.bundles.keys().find((one) => one.endsWith(".zip")) ?? "";
  const bytes = world.bundles.object(key)?.bytes ?? new Uint8Array();
  await world.bundles.remove(key);
  return readArchive(Buffer.from(bytes))
    .map(({ content }) => content.toString("utf8"))
    .join("\n");
}

describe("a customer whose address is not told", () => {
  test("has the same placeholder in every answer, file, mail and log line, and is found by the address", async () => {
    await anonymize();
    const effects = [
      { type: "reward", amount: 500, description: "For {customer.email}" },
      { type: "send_mail", to: "partner", subject: "{customer.email}", text: "Who? {customer.email}" },
    ];
    await call("POST", "/triggers", { name: "Welcome", event: "customer_created", effects });
    const replies = [await signUp()];
    const { key, email, anonymized } = data(replies[0] ?? (await signUp()));
    expect([email, anonymized]).toEqual([expect.stringMatching(PLACEHOLDER), true]);
    await world.put(lead, aLead({ partnership_key: "part_1", email: REAL, customer_key: String(key) }));
    await world.put(deal, aDeal({ partnership_key: "part_1", email: REAL, customer_key: String(key) }));

    // By the address, which is claimed as it is.
    for (const query of [{ email: REAL }, { email: REAL.toUpperCase() }]) {
      expect((await call("GET", "/customers", undefined, query)).keys).toEqual([key]);
    }
    for (const query of [{ search: REAL }, { search_email: REAL }, { search: String(email) }, { search: "invalid" }]) {
      const found = await call("GET", "/partners/ada/customers", undefined, query);
      expect([found.keys, items(found)[0]?.["email"]]).toEqual([[key], email]);
    }
    // A part of it tells nothing.
    for (const search of ["cleo.real", "@c.example", "real@c"]) {
      expect((await call("GET", "/partners/ada/customers", undefined, { search })).keys).toEqual([]);
    }
    expect(await signUp({ customer_key: "acct_2" })).toMatchObject({ status: 409, json: { field: "email" } });
    expect(data(await call("PATCH", "/customers/acct_1", { email, name: "Cleo P." }))).toMatchObject({ email });

    const bearer = await world.bearerOf({ program: "acme", kind: "partner", email: "a@p.io", partnership: "part_1" });
    for (const caller of [authorization, bearer]) {
      for (const { method, path } of routes) {
        if (method !== "GET") continue;
        for (const id of path.includes("{key}") ? [String(key), "part_1", "me", "lead_1", "deal_1"] : [""]) {
          for (const query of [{}, { format: "csv" }]) {
            replies.push(await world.call(method, path.replace("{key}", id), { authorization: caller, query }));
          }
        }
      }
    }
    expect(replies.some(({ text }) => text.includes(`${String(email)},acct_1`))).toBe(true);
    expect(replies.flatMap(({ text }) => findings(text))).toEqual([]);

    for (const format of ["bundle", "import"] as const) {
      const files = await exported(format);
      expect(files).toContain(String(email));
      expect(findings(files)).toEqual([]);
    }
    const mailer = createMemoryMailer();
    const links = { bundleLinks: createMemoryLinkSigner(), reportLinks: createMemoryLinkSigner() };
    for (const message of world.mailQueue.drain()) await sendMail({ ...world.ports, ...links, mailer }, message);
    expect(mailer.mails.map(({ subject }) => subject)).toContain(email);
    expect(findings(JSON.stringify(mailer.mails))).toEqual([]);
    const [earned] = await world.ledger.newest(reward, "acme", 1);
    expect(earned?.record.description).toBe(`For ${String(email)}`);
    expect(world.log.lines.length).toBeGreaterThan(0);
    expect(findings(JSON.stringify(world.log.lines))).toEqual([]);
  });

  test("is told of again once the setting is taken back", async () => {
    await anonymize();
    const { email } = data(await signUp());
    expect(data(await call("GET", "/program"))).toMatchObject({ anonymize_customers: true });
    await anonymize(false);
    expect(data(await call("GET", "/customers/acct_1"))).toMatchObject({ email: REAL, anonymized: false });
    await anonymize();
    expect(data(await call("GET", "/customers/acct_1"))).toMatchObject({ email });
  });

  test("may be one alone", async () => {
    const { email } = data(await signUp({ anonymized: true }));
    expect(email).toMatch(PLACEHOLDER);
    expect(data(await signUp({ email: "bo@c.example", customer_key: "acct_2" }))).toMatchObject({
      email: "bo@c.example",
      anonymized: false,
    });
    expect(findings(await exported("bundle"))).toEqual([]);
    expect(data(await call("PATCH", "/customers/acct_1", { name: "C" }))).toMatchObject({ email, anonymized: true });
    expect(data(await call("PATCH", "/customers/acct_1", { anonymized: false }))).toMatchObject({ email: REAL });
    expect(data(await call("PATCH", "/customers/acct_2", { anonymized: true }))["email"]).toMatch(PLACEHOLDER);
  });

  test("is not told of by its lead's or deal's address in texts of triggers", async () => {
    await anonymize();
    const { key, email } = data(await signUp());
    const [stored] = await world.ledger.find(customer, "acme", "key", [String(key)]);
    const subject = {
      partnership: aPartner(),
      ...(stored && { customer: stored.record }),
      lead: aLead({ email: REAL, customer_key: String(key) }),
      deal: aDeal({ email: REAL, customer_key: String(key) }),
    };
    const settings = { ...(await world.ledger.read(program, [programPlace("acme")]))[0]?.record } as Program;
    expect(fillIn("{customer.email} {lead.email} {deal.email}", subject, settings)).toBe(
      `${String(email)} ${String(email)} ${String(email)}`,
    );
    expect(fillIn("{lead.email}", { ...subject, lead: aLead({ email: "x@l.example" }) }, settings)).toBe("x@l.example");
  });

  test("has another placeholder in each program", async () => {
    const { key, email } = data(await signUp({ anonymized: true }));
    const [stored] = await world.ledger.find(customer, "acme", "key", [String(key)]);
    expect(stored?.record).toMatchObject({ email: REAL, hides_email: true });
    const other = await world.start({ key: "globex", anonymize_customers: true });
    await world.put(partnership, aPartner({ program: "globex", key: "part_1", email: "ada@p.example" }));
    const body = { email: REAL, partner_key: "ada", customer_key: "acct_1" };
    const theirs = await world.call("POST", "/api/v2/customers", { authorization: other.basic, body });
    expect([data(theirs)["email"] === email, data(theirs)["anonymized"]]).toEqual([false, true]);
  });

  test("keeps the address when a file that tells the placeholder comes back", async () => {
    const imports = await createImportWorld({ program: { anonymize_customers: true } });
    const header = "customer_key,email,name";
    await imports.drop("customers", lines(header, `acct_1,${REAL},Cleo`));
    const before = await imports.find("customer", "customer_key", "acct_1");
    const told = placeholderEmail("acme", before?.key ?? "");
    const again = await imports.drop("customers", lines(header, `acct_1,${told},Cleo`));
    expect(again.outcomes.map(({ outcome }) => outcome)).toEqual(["unchanged"]);
    expect((await imports.find("customer", "customer_key", "acct_1"))?.email).toBe(REAL);
    const taken = await imports.drop("customers", lines(header, `acct_2,${REAL},Cleo`));
    expect(taken.outcomes.map(({ code }) => code)).toEqual(["email_taken"]);
    expect(findings(JSON.stringify(taken.outcomes))).toEqual([]);
  });
});

describe("the program's settings", () => {
  test("are told, and changed as far as is said", async () => {
    expect(data(await call("GET", "/program"))).toEqual({
      key: "acme",
      name: "Acme",
      currency: "USD",
      features: { leads_enabled: true, deals_enabled: true, application_enabled: true },
      link_base: null,
      anonymize_customers: false,
      created_at: world.clock(),
      updated_at: world.clock(),
    });
    world.clock.advance(5);
    const change = { name: "Acme Ltd", currency: "EUR", features: { deals_enabled: false } };
    const changed = data(await call("PATCH", "/program", change));
    expect(changed).toMatchObject({ ...change, features: { leads_enabled: true, deals_enabled: false } });
    expect(data(await call("GET", "/program"))).toEqual(changed);
    expect((await call("GET", "/audit-log")).text).toContain('"action":"program.updated"');
  });

  test.each([
    [{ name: "" }, "name"],
    [{ currency: "XXX" }, "currency"],
    [{ features: { flying_enabled: true } }, "features"],
    [{ anonymize_customers: "yes" }, "anonymize_customers"],
    [{ rates: {} }, undefined],
  ])("refuse %j", async (body, field) => {
    const reply = await call("PATCH", "/program", body);
    expect([reply.status, (reply.json as { field?: string }).field]).toEqual([400, field]);
  });
});
