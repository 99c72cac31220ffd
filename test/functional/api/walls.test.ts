import { beforeAll, describe, expect, test } from "vitest";
import type { Needs, Route } from "../../../shared/api/route.ts";
import { type AnyRoute, routes } from "../../../shared/api/routes.ts";
import { basic, createWorld, type Reply } from "../api-world.ts";
import { fillProgram, markOf } from "./full-program.ts";
import { wallRows } from "./wall-rows.ts";

const MINE = "acme";
const THEIRS = "globex";
/** The partner whose token is tried. */
const PARTNER = `part_${MINE}_1`;

let world: ReturnType<typeof createWorld>;
let callers: Record<
  | "a wrong secret"
  | "an unknown key"
  | "an unknown token"
  | "a malformed header"
  | "a stranger"
  | "a partner"
  | "a member"
  | "the owner",
  string
>;

beforeAll(async () => {
  world = createWorld();
  const mine = await world.start({ key: MINE, admin_email: `admin@${MINE}.example` });
  const theirs = await world.start({ key: THEIRS, admin_email: `admin@${THEIRS}.example` });
  await fillProgram(world, MINE);
  await fillProgram(world, THEIRS);
  await world.hire(MINE, { email: "member@acme.example" });
  callers = {
    "a wrong secret": basic(mine.publicKey, "sk_wrong"),
    "an unknown key": basic("pk_unknown", mine.secretKey),
    "an unknown token": "Bearer unknown",
    "a malformed header": "Basic !",
    "a stranger": theirs.basic,
    "a partner": await world.bearerOf({
      program: MINE,
      kind: "partner",
      email: `partner-1@${markOf(MINE)}.example`,
      partnership: PARTNER,
    }),
    "a member": await world.bearerOf({ program: MINE, kind: "teammate", email: "member@acme.example" }),
    "the owner": mine.bearer,
  };
});

/** Calls a route about something of my program. */
function callOf(route: AnyRoute, authorization: string | undefined): Promise<Reply> {
  const { path = () => ({}), query = () => ({}), body } = wallRows[route.id];
  const values = new Map<string, string>(Object.entries(path(MINE)));
  const url = route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values.get(name) ?? ""));
  return world.call(route.method, url, {
    authorization,
    query: query(MINE),
    ...(body && { body: body(MINE) }),
  });
}

/** All that is stored of my program, but for what a caller's own request may write there. */
const stored = () => JSON.stringify(world.table.items().filter(({ pk }) => pk.startsWith(`${MINE}/`)));

const UNKNOWN = ["a wrong secret", "an unknown key", "an unknown token", "a malformed header"] as const;

/** What a route needs, as one of all that there are. */
const needsOf = ({ needs }: Route): Needs => needs;

const closed = routes.filter((route) => needsOf(route) !== "nothing");
const open = routes.filter((route) => needsOf(route) === "nothing");

describe.each(closed.map((route) => [`${route.method} ${route.path}`, route] as const))("%s", (_name, route) => {
  test("knows nobody without a credential", async () => {
    const before = stored();
    expect((await callOf(route, undefined)).status).toBe(401);
    expect(stored()).toBe(before);
  });

  test.each(UNKNOWN)("refuses %s alike", async (who) => {
    const before = stored();
    expect(await callOf(route, callers[who])).toMatchObject({
      status: 401,
      json: { message: "Unauthorized", status: 401 },
    });
    expect(stored()).toBe(before);
  });

  test("tells another program nothing, and lets it change nothing", async () => {
    const before = stored();
    const reply = await callOf(route, callers["a stranger"]);
    expect(reply.text).not.toContain(markOf(MINE));
    expect(reply.status).toBeLessThan(500);
    if (route.path.includes("{key}")) expect(reply).toMatchObject({ status: 404, json: { message: "Not found" } });
    expect(stored()).toBe(before);
  });

  test("refuses a member who lacks the permission", async () => {
    const before = stored();
    const reply = await callOf(route, callers["a member"]);
    if (needsOf(route) === "credential") expect(reply.status).not.toBe(401);
    else expect(reply).toMatchObject({ status: 403, json: { message: "Forbidden", status: 403 } });
    if (needsOf(route) !== "credential") expect(stored()).toBe(before);
  });

  test("shows a partner's token what is the partner's own, or nothing", async () => {
    const before = stored();
    const reply = await callOf(route, callers["a partner"]);
    if (!route.forPartners) expect(reply).toMatchObject({ status: 403, json: { message: "Forbidden", status: 403 } });
    else expect(reply.status).toBeLessThan(500);
    // Nothing of any other partner, whatever the route shows.
    expect(reply.text).not.toMatch(/(?:partner-|part_acme_|cus_acme_|lead-|customer-)(?!1\b|15\b)\d+/);
    if (route.method === "GET" || !route.forPartners) expect(stored()).toBe(before);
  });
});

test("the owner is let in everywhere", async () => {
  for (const route of closed) {
    const { status } = await callOf(route, callers["the owner"]);
    expect([401, 403].includes(status) || status >= 500, `${route.id} ${status}`).toBe(false);
  }
});

test.each(open.map((route) => [`${route.method} ${route.path}`, route] as const))(
  "%s is open to all, and shows no record",
  async (_name, route) => {
    const reply = await callOf(route, undefined);
    expect(reply.status).toBeLessThan(500);
    expect(reply.text).not.toContain(markOf(MINE));
  },
);
