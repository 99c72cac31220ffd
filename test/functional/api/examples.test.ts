import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import * as z from "zod";
import { makeSignInCode } from "../../../shared/access/sign-in-code.ts";
import { findTeammate } from "../../../shared/access/teammates.ts";
import { Answered, type Example, filledIn } from "../../../shared/api/description/example.ts";
import { examples } from "../../../shared/api/description/examples.ts";
import type { Route } from "../../../shared/api/route.ts";
import { type RouteId, routes } from "../../../shared/api/routes.ts";
import type { Outcome } from "../../../shared/imports/outcomes.ts";
import { errorsKey, planKey } from "../../../shared/imports/drop.ts";
import { type Call, createWorld, type Reply } from "../api-world.ts";
import { createOpenApiClient } from "./openapi-client.ts";

const PROGRAM = "acme";
const story = Object.entries(examples) as [RouteId, Example][];
const routeOf = new Map<string, Route>(routes.map((route) => [route.id, route]));

/** All that an example takes from the answers of others. */
function* answeredIn(value: unknown): Generator<Answered> {
  if (value instanceof Answered) yield value;
  else if (typeof value === "object" && value !== null) for (const one of Object.values(value)) yield* answeredIn(one);
}

const failedRow: Outcome = {
  row: 4,
  line: 5,
  outcome: "failed",
  key: null,
  code: "invalid",
  column: "email",
  message: "'nobody' is no e-mail address",
  hint: null,
};

/** A new program, into whose bucket a file was dropped, and which was exported once. */
async function startStory() {
  const world = createWorld({ outcomes: async () => Promise.resolve({ items: [failedRow], has_more: false }) });
  const { publicKey, secretKey, basic } = await world.start({ key: PROGRAM });
  const { key } = await world.addImport({ program: PROGRAM, key: "imp_00000000000000000000000000" });
  world.objects.drop(errorsKey(PROGRAM, key), "email\nnobody\n");
  const parts = [{ part: 0, from: 0, to: 9, line: 2, firstRow: 0, rows: 4, later: [] }];
  world.objects.drop(planKey(PROGRAM, key), JSON.stringify({ parts, rows: 4, triggers: [] }));
  await world.addExport({ program: PROGRAM, key: "exp_00000000000000000000000000" });
  const { json: openapi } = await world.call("GET", "/api/v2/openapi.json");
  const send = (method: string, path: string, request: Call) =>
    world.call(method, path, { authorization: basic, ...request });
  const answers = new Map<string, Reply>();

  /** What was answered; a code comes by mail. */
  async function toldBy({ from, field }: Answered): Promise<string> {
    const reply = answers.get(from);
    if (reply === undefined) throw new Error(`${from} comes later`);
    if (from === "requestSignIn") {
      const { email } = z.object({ email: z.string() }).parse(examples.requestSignIn.body);
      const { membership } = (await findTeammate(world.table, PROGRAM, email)) ?? {};
      const holder = { program: PROGRAM, kind: "teammate", email, ...(membership && { membership }) } as const;
      return makeSignInCode(world.access, holder, world.clock());
    }
    let value: unknown = z.object({ data: z.unknown() }).parse(reply.json).data;
    for (const name of field.split(".")) value = new Map(Object.entries(Object(value))).get(name);
    return z.string({ error: `${from} answers no ${field}: ${reply.text}` }).parse(value);
  }

  return {
    world,
    openapi,
    keys: `${publicKey}:${secretKey}`,
    client: createOpenApiClient(openapi, send),
    /** What an example takes from answers, as they were here. */
    async toldFor(example: Example): Promise<ReadonlyMap<Answered, string>> {
      const told = new Map<Answered, string>();
      for (const one of new Set(answeredIn(example))) told.set(one, await toldBy(one));
      return told;
    },
    /** Nothing was refused, nor was any of many. */
    note(id: RouteId, reply: Reply) {
      expect([id, reply.status, reply.status === 200 ? "" : reply.text]).toEqual([id, 200, ""]);
      const { data: many } = each.safeParse(reply.json);
      for (const { status } of many?.data.items ?? []) expect([id, status, reply.text]).toEqual([id, 200, reply.text]);
      if (!MAYBE_EMPTY.has(id)) expect([id, reply.text]).not.toEqual([id, expect.stringContaining('"items":[]')]);
      answers.set(id, reply);
    },
  };
}

/** What is there once workers have done their part, which do not run here. */
const MAYBE_EMPTY: ReadonlySet<RouteId> = new Set(["listListingCategories", "listImportEffects", "listUndoneRows"]);

const each = z.object({ data: z.object({ items: z.array(z.object({ status: z.int(), message: z.string() })) }) });

test("every example can be carried out, one after another, and every answer fits its schema", async () => {
  const { client, toldFor, note } = await startStory();
  expect(story.map(([id]) => id).toSorted()).toEqual(routes.map(({ id }) => id).toSorted());
  for (const [id, example] of story) {
    const route = routeOf.get(id);
    if (route === undefined) throw new Error(id);
    const told = await toldFor(example);
    const {
      path = {},
      query = {},
      body,
      token,
    } = z
      .object({ path: texts, query: texts, body: z.unknown().optional(), token: z.string().optional() })
      .parse(filledIn(example, (answered) => told.get(answered) ?? ""));
    const reply = await client.call(route, path, {
      query,
      body,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    });
    note(id, reply);
    // Readers know what a key is of by how it begins, and what they see of it begins alike.
    for (const [{ shown }, real] of told)
      if (/^[a-z]+_/.test(shown)) expect(real.split("_")[0]).toBe(shown.split("_")[0]);
  }
});

const texts = z.record(z.string(), z.string()).optional();

const shownValue = z.union([z.string(), z.number(), z.boolean()]);

const sampled = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        operationId: z.string(),
        parameters: z.array(z.object({ name: z.string(), in: z.string(), example: shownValue.optional() })),
        requestBody: z
          .object({ content: z.object({ "application/json": z.object({ example: z.unknown() }) }) })
          .optional(),
        "x-codeSamples": z.tuple([z.object({ source: z.string() })]),
      }),
    ),
  ),
});

/** A command as a shell hands it to curl. */
interface Command {
  readonly method: string | undefined;
  readonly url: URL;
  readonly user: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Has a shell read commands, none of which is run. */
function readByShell(commands: readonly string[], env: Readonly<Record<string, string>>): Command[] {
  const script = [String.raw`curl() { printf '%s\0' "$@"; printf '\0'; }`, ...commands].join("\n");
  const read = execFileSync("sh", ["-c", script], { env, encoding: "utf8" }).split("\0\0").slice(0, -1);
  return read.map((line) => {
    const words = line.split("\0");
    const values = (option: string) => words.flatMap((word, at) => (words[at - 1] === option ? [word] : []));
    return {
      method: values("-X")[0],
      url: new URL(words.find((word) => word.startsWith("https://")) ?? ""),
      user: values("-u")[0],
      headers: Object.fromEntries(values("-H").map((header) => header.split(": "))),
      body: values("-d")[0],
    };
  });
}

test("every command of the description does the same, as a shell reads it", async () => {
  const { world, openapi, keys, toldFor, note } = await startStory();
  const [PUBLIC_KEY = "", SECRET_KEY = ""] = keys.split(":");
  const described = new Map(
    Object.entries(sampled.parse(openapi).paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, one]) => [one.operationId, { ...one, path, method }] as const),
    ),
  );
  const commands = readByShell(
    story.map(([id]) => described.get(id)?.["x-codeSamples"][0].source ?? ""),
    // What stands for the token of a session is put into its place below, like keys that were answered.
    { PARTNER_LEDGER: "https://ledger.test", PUBLIC_KEY, SECRET_KEY, TOKEN: "$TOKEN" },
  );
  expect(commands).toHaveLength(story.length);
  for (const [at, [id, example]] of story.entries()) {
    const [one, command] = [described.get(id), commands[at]];
    if (one === undefined || command === undefined) throw new Error(id);
    const { method = "", url, user, headers, body } = command;

    // It says what the description gives as examples.
    const given = (place: string) =>
      Object.fromEntries(
        one.parameters.flatMap(({ name, in: within, example: value }) =>
          within === place && value !== undefined ? [[name, String(value)]] : [],
        ),
      );
    const inPath = given("path");
    const path = one.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(inPath[name] ?? ""));
    expect([method, url.origin, url.pathname]).toEqual([one.method.toUpperCase(), "https://ledger.test", path]);
    expect([id, Object.fromEntries(url.searchParams)]).toEqual([id, given("query")]);
    const content = one.requestBody?.content["application/json"];
    expect([id, body === undefined ? undefined : JSON.parse(body)]).toEqual([id, content?.example]);

    // A reader puts what was answered in the place of what stands for it.
    const told = await toldFor(example);
    const own = (text: string) =>
      [...told].reduce((mine, [{ shown }, real]) => mine.replaceAll(shown, () => real), text);
    const credential = user === undefined ? headers["Authorization"] : `Basic ${Buffer.from(user).toString("base64")}`;
    const reply = await world.call(method, own(url.pathname), {
      authorization: credential && own(credential),
      query: Object.fromEntries([...url.searchParams].map(([name, value]) => [name, own(value)])),
      ...(body !== undefined && { rawBody: own(body) }),
      contentType: headers["Content-Type"],
    });
    note(id, reply);
  }
});

test("the page for people shows every command as it is", async () => {
  const { world, openapi } = await startStory();
  const { text } = await world.call("GET", "/docs");
  const shown = [...text.matchAll(/<pre>([^<]*)<\/pre>/g)].map(([, pre = ""]) =>
    pre.replaceAll(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => ENTITIES[name] ?? ""),
  );
  const described = Object.values(sampled.parse(openapi).paths).flatMap((methods) =>
    Object.values(methods).map((one) => one["x-codeSamples"][0].source),
  );
  expect(shown.toSorted()).toEqual(described.toSorted());
  expect(shown).toHaveLength(routes.length);
});

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };

test("nobody's address and nobody's site is in an example", () => {
  const addresses = [...JSON.stringify(story).matchAll(/[\w.+-]+@([\w.-]+)/g)];
  expect(addresses.length).toBeGreaterThan(5);
  for (const [whole, host] of addresses)
    expect(whole).toMatch(new RegExp(`@${host?.replace(/\.example$/, "")}\\.example$`));
  const sites = [...JSON.stringify(story).matchAll(/https?:\/\/([\w.-]+)/g)].map(([, host]) => host);
  for (const host of sites) expect(host).toMatch(/(^|\.)example\.com$/);
});
