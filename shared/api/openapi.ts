import { API_BASE } from "../names.ts";
import { customerShapes } from "./customers/shapes.ts";
import { dealShapes } from "./deals/shapes.ts";
import { auditLogShapes } from "./audit-log/shapes.ts";
import { descriptionShapes } from "./description/shapes.ts";
import { curlLine } from "./description/curl-line.ts";
import { asShown, type Example, textShown } from "./description/example.ts";
import { examples } from "./description/examples.ts";
import { KEYS_IN_PATHS } from "./description/keys-in-paths.ts";
import { exportShapes } from "./exports/shapes.ts";
import { formShapes } from "./forms/shapes.ts";
import { importShapes } from "./imports/shapes.ts";
import { keyPairShapes } from "./key-pairs/shapes.ts";
import { meShapes } from "./me/shapes.ts";
import { leadShapes } from "./leads/shapes.ts";
import { applicationShapes } from "./applications/shapes.ts";
import { groupShapes } from "./groups/shapes.ts";
import { linkShapes } from "./links/shapes.ts";
import { schemas } from "./openapi-schemas.ts";
import type { Schema } from "./schema-of.ts";
import { ref, type Shape, type Shapes } from "./openapi-shape.ts";
import { rateShapes } from "./rates/shapes.ts";
import { rewardShapes } from "./rewards/shapes.ts";
import { partnerShapes } from "./partners/shapes.ts";
import { programShapes } from "./program/shapes.ts";
import { routes } from "./routes.ts";
import { transactionShapes } from "./transactions/shapes.ts";
import type { Route } from "./route.ts";
import { signInShapes } from "./sign-in/shapes.ts";
import { teammateShapes } from "./teammates/shapes.ts";
import { tokenShapes } from "./tokens/shapes.ts";
import { partnershipShapes } from "./partnerships/shapes.ts";
import { tierShapes } from "./tiers/shapes.ts";
import { distiShapes } from "./disti/shapes.ts";
import { productShapes } from "./products/shapes.ts";
import { reportShapes } from "./reports/shapes.ts";
import { triggerShapes } from "./triggers/shapes.ts";
import { webhookShapes } from "./webhooks/shapes.ts";

const shapes = (): Shapes<typeof routes> => ({
  ...partnershipShapes(),
  ...applicationShapes(),
  ...groupShapes(),
  ...tierShapes(),
  ...productShapes(),
  ...distiShapes(),
  ...linkShapes(),
  ...customerShapes(),
  ...leadShapes(),
  ...dealShapes(),
  ...formShapes(),
  ...transactionShapes(),
  ...rewardShapes(),
  ...rateShapes(),
  ...importShapes(),
  ...triggerShapes(),
  ...exportShapes(),
  ...reportShapes(),
  ...webhookShapes(),
  ...auditLogShapes(),
  ...keyPairShapes(),
  ...tokenShapes(),
  ...teammateShapes(),
  ...meShapes(),
  ...signInShapes(),
  ...partnerShapes(),
  ...programShapes(),
  ...descriptionShapes(),
});

const FAILURES = {
  "400": "Something in the request is not valid; `field` says what",
  "401": "Nobody we know",
  "403": "Not allowed",
  "404": "Not found",
  "409": "Not as things stand",
  "410": "No longer there",
  "413": "Too large",
  "415": "The body is not JSON",
  "429": "Too many; `Retry-After` says when to ask again",
  "500": "Our fault",
} as const;

const ABOUT = [
  "Answers are `{ data, message, status }`, lists `{ data: { items, has_more }, message, status }`, refusals `{ message, status }`, with `field` where one is wrong.",
  "Lists begin with the newest and go on behind `starting_after`, the key of the last item. Instants are epoch milliseconds, amounts minor units of their currency, and a field without a value is there as null.",
  "A POST with an `Idempotency-Key` happens once: for 24 hours the same request gets the same answer.",
  "The API is also found at `/v2`, deals at `/api/deals`, and listings at `/api/disti`.",
  `The examples follow one another in one program, named \`acme\`. \`$PARTNER_LEDGER\` is where the API is, such as \`https://partners.example.com\`, \`$PUBLIC_KEY\` and \`$SECRET_KEY\` are the program's pair of keys, and \`$TOKEN\` is what somebody has signed in with. Keys such as \`${textShown(examples.getReward.path?.["key"] ?? "")}\` stand for those that you were answered.`,
].join("\n\n");

/** The resource that a route is about: the first name of its path. */
const tagOf = ({ path }: Pick<Route, "path">): string => {
  const [name = ""] = path.startsWith(`${API_BASE}/`) ? path.slice(API_BASE.length + 1).split("/") : [];
  return /^[a-z_-]+$/.test(name) ? name : "description";
};

const REF = "#/components/schemas/";

/** The components that anything refers to, by way of others or not. */
function usedIn(paths: unknown, all: Readonly<Record<string, Schema>>): Record<string, Schema> {
  const used = new Set<string>();
  const waiting = [...refsIn(paths)];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (used.has(name)) continue;
    used.add(name);
    waiting.push(...refsIn(all[name]));
  }
  return Object.fromEntries(Object.entries(all).filter(([name]) => used.has(name)));
}

function* refsIn(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === "$ref" && typeof inner === "string") yield inner.slice(REF.length);
    else yield* refsIn(inner);
  }
}

/** The API in OpenAPI 3.1, made from the routes and the records. */
export function openapiDocument(): Schema {
  const shapeOf = shapes();
  const paths: Record<string, Record<string, Schema>> = {};
  for (const route of routes) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route, shapeOf[route.id], examples[route.id]);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Partner Ledger",
      version: "2",
      summary: "The records of a partner program",
      description: ABOUT,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/", description: "Wherever this description comes from" }],
    tags: [...new Set(routes.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas: usedIn(paths, schemas()),
      securitySchemes: {
        programKey: { type: "http", scheme: "basic", description: "Public key as user name, secret key as password" },
        token: { type: "http", scheme: "bearer", description: "A teammate's or a partner's token" },
      },
    },
    security: [{ programKey: [] }, { token: [] }],
  };
}

const redirected = (description: string): Schema => ({
  description,
  headers: { Location: { required: true, schema: { type: "string", format: "uri" } } },
});

function describedNeeds({ needs, forPartners }: Pick<Route, "needs" | "forPartners">): Schema {
  if (needs === "nothing") return { security: [], description: "Anybody may call it." };
  if (needs === "credential") {
    return {
      description: forPartners
        ? "Every known caller may call it."
        : "Every teammate may call it, with a token: a pair of keys is nobody in particular.",
    };
  }
  const partners = forPartners ? " A partner's token may call it, too, and is shown what is the partner's own." : "";
  return { description: `Needs the permission \`${needs}\`.${partners}` };
}

const IDEMPOTENCY_KEY: Schema = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description: "Names the request: repeated within 24 hours, it gets the same answer and does nothing",
  schema: { type: "string", minLength: 1, maxLength: 255 },
};

/** A text of a query as its parameter's schema has it. */
const typed = (text: string, schema: unknown): unknown => {
  const type = typeof schema === "object" && schema !== null && "type" in schema ? schema.type : "string";
  return type === "integer" || type === "boolean" ? JSON.parse(text) : text;
};

function operation(
  route: Route,
  { query = [], body, answer, isFile = false, redirect }: Shape,
  example: Example,
): Schema {
  const { id, method, path, summary, needs } = route;
  const tag = tagOf(route);
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    description: KEYS_IN_PATHS[`${id} ${name}`] ?? KEYS_IN_PATHS[`${tag} ${name}`] ?? KEYS_IN_PATHS[name],
    schema: { type: "string" },
    example: textShown(example.path?.[name] ?? ""),
  }));
  const asked = query.map((one) => {
    const value = example.query?.[String(one["name"])];
    return value === undefined ? one : { ...one, example: typed(textShown(value), one["schema"]) };
  });
  const failures = Object.entries(FAILURES).map(([status, description]) => [
    status,
    {
      description,
      ...(status === "429" && { headers: { "Retry-After": { schema: { type: "integer", description: "Seconds" } } } }),
      content: { "application/json": { schema: ref("Error") } },
    },
  ]);
  return {
    operationId: id,
    summary,
    tags: [tag],
    ...describedNeeds(route),
    parameters: [...inPath, ...asked, ...(method === "POST" && needs !== "nothing" ? [IDEMPOTENCY_KEY] : [])],
    ...(body && {
      requestBody: {
        required: true,
        content: {
          "application/json": { schema: body, ...(example.body && { example: asShown(example.body) }) },
        },
      },
    }),
    "x-codeSamples": [{ lang: "Shell", label: "curl", source: curlLine(route, example) }],
    responses: {
      "200": {
        description: "OK",
        content: {
          [answer.type]: { schema: answer.schema },
          ...(isFile && { "text/csv": { schema: { type: "string" } } }),
        },
      },
      ...(redirect !== undefined && { "302": redirected(redirect) }),
      ...Object.fromEntries(failures),
    },
  };
}
