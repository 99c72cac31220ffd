import * as z from "zod";
import type { Schema } from "../schema-of.ts";

const parameter = z.object({
  name: z.string(),
  in: z.string(),
  required: z.boolean().default(false),
  description: z.string().default(""),
  schema: z.record(z.string(), z.unknown()).default({}),
});

const content = z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()) }));

const operation = z.object({
  operationId: z.string(),
  summary: z.string(),
  description: z.string().default(""),
  tags: z.array(z.string()),
  parameters: z.array(parameter),
  "x-codeSamples": z.array(z.object({ source: z.string() })),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string(), content: content.optional() })),
});

const description = z.object({
  info: z.object({ title: z.string(), description: z.string() }),
  tags: z.array(z.object({ name: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }),
});

type Operation = z.output<typeof operation>;

/** The description of the API as one page, which loads nothing and runs nothing. */
export function docsPage(document: Schema): string {
  const { info, tags, paths, components } = description.parse(document);
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => ({ path, method: method.toUpperCase(), one })),
  );
  const of = (tag: string) => all.filter(({ one }) => one.tags.includes(tag));
  const menu = tags.map(
    ({ name }) =>
      `<li><a href="#${name}">${escaped(name)}</a><ul>${of(name)
        .map(({ one }) => `<li><a href="#${one.operationId}">${escaped(one.summary)}</a></li>`)
        .join("")}</ul></li>`,
  );
  const sections = tags.map(
    ({ name }) => `<section id="${name}"><h2>${escaped(name)}</h2>${of(name).map(operationOf).join("")}</section>`,
  );
  const objects = Object.entries(components.schemas).map(
    ([name, schema]) => `<article id="schema-${name}"><h3>${escaped(name)}</h3>${propertiesOf(schema)}</article>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(info.title)}: the API</title>
<style>${STYLE}</style>
</head>
<body>
<nav aria-label="Contents"><p><a href="#top">${escaped(info.title)}</a></p><ul>${menu.join("")}<li><a href="#objects">objects</a></li></ul></nav>
<main id="top">
<h1>${escaped(info.title)}: the API</h1>
${info.description
  .split("\n\n")
  .map((text) => `<p>${inline(text)}</p>`)
  .join("\n")}
<p>For machines: <a href="/api/v2/openapi.json">openapi.json</a>.</p>
${sections.join("\n")}
<section id="objects"><h2>Objects</h2>${objects.join("")}</section>
</main>
</body>
</html>
`;
}

function operationOf({ path, method, one }: { path: string; method: string; one: Operation }): string {
  const body = Object.values(one.requestBody?.content ?? {})[0];
  const answers = Object.entries(one.responses["200"]?.content ?? {}).map(([type, { schema }]) =>
    type === "application/json" ? typeOf(schema) : `<code>${escaped(type)}</code>`,
  );
  return [
    `<article id="${one.operationId}"><h3>${escaped(one.summary)}</h3>`,
    `<p class="call"><b class="${method}">${method}</b> <code>${escaped(path)}</code></p>`,
    `<p>${inline(one.description)}</p>`,
    one.parameters.length === 0 ? "" : parametersOf(one.parameters),
    body === undefined ? "" : `<h4>Body</h4>${propertiesOf(body.schema)}`,
    `<h4>Example</h4>${one["x-codeSamples"].map(({ source }) => `<pre>${escaped(source)}</pre>`).join("")}`,
    answers.length === 0 ? "" : `<h4>Answer</h4>${answers.join(" or ")}`,
    "</article>",
  ].join("\n");
}

const parametersOf = (parameters: Operation["parameters"]): string =>
  table(
    ["parameter", "in", "type", ""],
    parameters.map((one) => [
      `<code>${escaped(one.name)}</code>${one.required ? " *" : ""}`,
      escaped(one.in),
      typeOf(one.schema),
      inline(one.description),
    ]),
  );

/** The properties of an object as a table; of anything else, its type. */
function propertiesOf(schema: Schema): string {
  const { properties, required } = schema;
  if (typeof properties !== "object" || properties === null) return `<p>${typeOf(schema)}</p>`;
  const needed = new Set(Array.isArray(required) ? required : []);
  return table(
    ["field", "type", ""],
    Object.entries(properties).map(([name, inner]) => {
      const one: Schema = Object(inner);
      return [
        `<code>${escaped(name)}</code>${needed.has(name) ? " *" : ""}`,
        typeOf(one),
        typeof one["description"] === "string" ? inline(one["description"]) : "",
      ];
    }),
  );
}

/** A schema in a few words, with links to objects. */
function typeOf(value: unknown): string {
  const schema: Schema = typeof value === "object" && value !== null ? { ...value } : {};
  const { $ref, allOf, anyOf, oneOf, enum: values, const: only, type, items, properties } = schema;
  if (typeof $ref === "string") {
    const name = $ref.split("/").at(-1) ?? "";
    return `<a href="#schema-${escaped(name)}">${escaped(name)}</a>`;
  }
  if (Array.isArray(allOf)) return allOf.map(typeOf).join(" with ");
  const several = Array.isArray(anyOf) ? anyOf : Array.isArray(oneOf) ? oneOf : undefined;
  if (several) return several.map(typeOf).join(" or ");
  if (Array.isArray(values)) return values.map((one) => `<code>${escaped(JSON.stringify(one))}</code>`).join(" | ");
  if (only !== undefined) return `<code>${escaped(JSON.stringify(only))}</code>`;
  if (type === "array") return `list of ${typeOf(items)}`;
  if (typeof properties === "object" && properties !== null) {
    return `{ ${Object.entries(properties)
      .map(([name, inner]) => `${escaped(name)}: ${typeOf(inner)}`)
      .join(", ")} }`;
  }
  return escaped([type].flat().join(" or ") || "anything");
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<table><thead><tr>${head.map((cell) => `<th>${cell}</th>`).join("")}</tr></thead><tbody>${rows
    .map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`)
    .join("")}</tbody></table>`;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);

/** A text with names in backticks. */
const inline = (text: string): string => escaped(text).replace(/`([^`]+)`/g, "<code>$1</code>");

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --link: light-dark(#0b57d0, #8ab4f8); }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; display: grid; grid-template-columns: 18rem minmax(0, 1fr); }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1rem; border-right: 1px solid var(--line); }
nav ul { list-style: none; margin: 0; padding: 0; } nav li li { padding-left: 1rem; font-size: 13px; }
main { padding: 1rem 2rem 6rem; max-width: 70rem; }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
article { border-top: 1px solid var(--line); padding: 1rem 0; }
h2 { text-transform: capitalize; margin-top: 3rem; } h3 { margin: 0 0 .25rem; } h4 { margin: 1rem 0 .25rem; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
code, pre { font: 13px/1.5 ui-monospace, monospace; } pre { background: var(--soft); padding: .75rem; overflow: auto; }
.call b { display: inline-block; min-width: 4rem; }
@media (max-width: 50rem) { body { display: block; } nav { position: static; height: auto; border: 0; } }
@media print { nav { display: none; } body { display: block; } }
`;
