import { expect, test } from "vitest";
import { createHandler } from "../../functions/api/handler.ts";
import { routes } from "../../shared/api/routes.ts";
import { basic, context, createWorld } from "./api-world.ts";

const CLOSED = routes.flatMap((route) => (route.needs === "nothing" ? [] : [route]));

/** What asks for more than being known. */
const PERMITTED = CLOSED.flatMap((route) => (route.needs === "credential" ? [] : [route]));

test("whoever may not call is refused alike on every route, whatever the reason", async () => {
  const world = createWorld();
  const { publicKey } = await world.start();
  const globex = await world.start({ key: "globex" });
  await world.addImport();
  await world.addExport();
  await world.hire("acme", { email: "bo@acme.example" });
  const strangers = {
    "a wrong secret": basic(publicKey, "sk_wrong"),
    "another program's secret": basic(publicKey, globex.secretKey),
    "an unknown key": basic("pk_unknown", "sk_wrong"),
    "an unknown token": "Bearer unknown",
    "a malformed header": "Basic !",
  };
  const known = {
    "a partner's token": await world.bearerOf({
      program: "acme",
      kind: "partner",
      email: "p@p.example",
      partnership: "part_1",
    }),
    "a member without permissions": await world.bearerOf({
      program: "acme",
      kind: "teammate",
      email: "bo@acme.example",
    }),
  };
  const refusals = [
    { callers: strangers, answer: { message: "Unauthorized", status: 401 } },
    { callers: known, answer: { message: "Forbidden", status: 403 } },
  ];
  for (const route of CLOSED) {
    const { method, path, forPartners } = route;
    for (const { callers, answer } of refusals) {
      if (callers === known && route.needs === "credential") continue;
      for (const [who, authorization] of Object.entries(callers)) {
        if (forPartners && who === "a partner's token") continue;
        for (const key of ["imp_1", "exp_1", "imp_unknown"]) {
          const { status, json } = await world.call(method, path.replace("{key}", key), { authorization });
          expect(status, `${who} at ${method} ${path}`).toBe(answer.status);
          expect(json).toEqual(answer);
        }
      }
    }
  }
  expect([world.exportQueue.messages, world.mailQueue.messages]).toEqual([[], []]);
});

test("each route needs just its own permission", async () => {
  for (const { id, method, path, needs } of PERMITTED) {
    const world = createWorld();
    await world.start();
    // Who makes a token for a partner gives what the partner reads.
    const permissions = id === "createToken" ? [needs, "records:read" as const] : [needs];
    await world.hire("acme", { email: "bo@acme.example", permissions });
    await world.addImport({ key: "key_1" });
    await world.addExport({ key: "key_1" });
    const authorization = await world.bearerOf({ program: "acme", kind: "teammate", email: "bo@acme.example" });
    const { status } = await world.call(method, path.replace("{key}", "key_1"), { authorization });
    expect(status, `${method} ${path}`).not.toBe(403);
  }
});

test("another program's records are as missing as records that never were", async () => {
  const world = createWorld();
  await world.start();
  const { basic: authorization } = await world.start({ key: "globex" });
  await world.addImport({ key: "imp_1" });
  await world.addExport({ key: "exp_1" });
  world.objects.drop("reports/acme/imp_1/errors.csv", "a\n");
  const replies = [];
  for (const path of [
    "/imports/imp_1",
    "/imports/imp_1/rows",
    "/imports/imp_1/errors.csv",
    "/exports/exp_1",
    "/imports/imp_unknown",
    "/imports/imp_unknown/rows",
    "/imports/imp_unknown/errors.csv",
    "/exports/exp_unknown",
    "/exports/imp_1",
    "/imports/..%2Facme%2Fimp_1",
    `/imports/${"x".repeat(3000)}`,
  ]) {
    replies.push(await world.call("GET", `/api/v2${path}`, { authorization }));
  }
  const changes = [
    ["POST", "/exports/exp_1/link"],
    ["DELETE", "/exports/exp_1"],
    ["POST", "/exports/exp_unknown/link"],
    ["DELETE", "/exports/exp_unknown"],
  ] as const;
  world.bundles.drop("exports/acme/exp_1/bundle.zip", "PK");
  for (const [method, path] of changes) replies.push(await world.call(method, `/api/v2${path}`, { authorization }));
  expect(new Set(replies.map(({ status, text }) => `${status} ${text}`))).toEqual(
    new Set(['404 {"message":"Not found","status":404}']),
  );
  expect([world.mailQueue.messages, world.bundles.keys()]).toEqual([[], ["exports/acme/exp_1/bundle.zip"]]);
});

test("another program's records are neither listed nor of use as a cursor", async () => {
  const world = createWorld();
  await world.start();
  const { basic: authorization } = await world.start({ key: "globex" });
  await world.addImport({ key: "imp_1" });
  expect(await world.call("GET", "/api/v2/imports", { authorization })).toMatchObject({ keys: [], hasMore: false });
  for (const parameter of ["starting_after", "ending_before"]) {
    const [theirs, unknown] = await Promise.all(
      ["imp_1", "imp_2"].map((key) =>
        world.call("GET", "/api/v2/imports", { authorization, query: { [parameter]: key } }),
      ),
    );
    expect(theirs).toMatchObject({ status: 400, json: { field: parameter } });
    expect(theirs?.text).toBe(unknown?.text);
  }
});

test("anybody may read what the API is like, whatever credentials they bring along", async () => {
  const world = createWorld();
  const { publicKey } = await world.start();
  for (const authorization of [undefined, basic(publicKey, "sk_wrong")]) {
    expect(await world.call("GET", "/api/v2/openapi.json", { authorization })).toMatchObject({
      status: 200,
      json: { openapi: "3.1.0" },
    });
  }
});

test.each([
  ["GET", "/api/v2/nothing"],
  ["PUT", "/api/v2/imports"],
  ["PATCH", "/api/v2/exports/exp_1"],
])("%s %s leads nowhere", async (method, path) => {
  const world = createWorld();
  const { basic: authorization } = await world.start();
  expect(await world.call(method, path, { authorization })).toMatchObject({
    status: 404,
    json: { message: "Not found", status: 404 },
  });
});

test("without the authorizer's word, nobody is let in", async () => {
  const world = createWorld();
  const api = createHandler(world.ports);
  const [route] = routes;
  const event = {
    ...world.gatewayEvent(route?.method ?? "", route?.path ?? "", {}),
    headers: {},
  };
  const { requestContext } = event;
  for (const lambda of [undefined, {}]) {
    const answer = await api(
      { ...event, requestContext: { ...requestContext, authorizer: { lambda: lambda ?? {} } } },
      context,
    );
    expect(answer).toMatchObject({ statusCode: 401, body: '{"message":"Unauthorized","status":401}' });
  }
});

test("nothing of a credential is ever logged", async () => {
  const world = createWorld();
  const { basic: authorization, secretKey, publicKey } = await world.start();
  world.table.get = async () => Promise.reject(new Error("the table is down"));
  await expect(world.call("GET", "/api/v2/imports", { authorization })).rejects.toThrow("the table is down");
  expect(world.log.lines).toMatchObject([{ level: "error", message: "authorizer.failed" }]);
  const logged = JSON.stringify(world.log.lines);
  for (const secret of [secretKey, publicKey, authorization]) expect(logged).not.toContain(secret);
});

test("what the caller did not cause is answered as internal, and logged with its cause", async () => {
  const world = createWorld();
  const { basic: authorization } = await world.start();
  const cause = new Error("a detail of ours");
  world.ledger.listing = () => {
    throw cause;
  };
  const { status, json } = await world.call("GET", "/api/v2/imports", { authorization });
  expect([status, json]).toEqual([500, { message: "internal", status: 500 }]);
  expect(world.log.lines).toMatchObject([
    { level: "error", message: "api.failed", fields: { error: cause } },
    { level: "info", message: "api.answered", fields: { route: "listImports", status: 500 } },
  ]);
});

test("the page about the API tells of every route, loads nothing, and is escaped", async () => {
  const { text, status, headers } = await createWorld().call("GET", "/docs");
  expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
  for (const { id } of routes) expect(text).toContain(`<article id="${id}">`);
  expect(text).not.toMatch(/<script|<link|<img|src=|@import|url\(/i);
  expect(text).toContain("default-src &#39;none&#39;".replaceAll("&#39;", "'"));
  expect(text).not.toContain("undefined");
});
