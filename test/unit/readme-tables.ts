import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { functions, queues } from "../../infra/platform.ts";
import { curlLine } from "../../shared/api/description/curl-line.ts";
import { examples as exampleOf } from "../../shared/api/description/examples.ts";
import { type RouteId, routes } from "../../shared/api/routes.ts";
import { bundleFiles } from "../../shared/exports/bundle-files.ts";
import { partnerTables } from "../../shared/partners/partner-tables.ts";
import { importTypes } from "../../shared/imports/import-types.ts";
import { WEBHOOK_EVENTS } from "../../shared/records/webhook-events.ts";
import type { Need } from "../../shared/records/column.ts";

/** The README's tables that follow from declarations, by the name of their place in it. */
export const tables: Readonly<Record<string, () => string>> = {
  headers: () => Object.keys(importTypes).map(headersOf).join("\n\n"),
  bundle: () =>
    Object.values(bundleFiles)
      .map(({ file, columns }) => `- \`${file}\`: ${Object.keys(columns).join(", ")}`)
      .join("\n"),
  events: () => {
    const nouns = [...new Set(WEBHOOK_EVENTS.map((event) => event.split(".")[0] ?? ""))];
    const of = (noun: string) => WEBHOOK_EVENTS.filter((event) => event.startsWith(`${noun}.`));
    return nouns
      .map(
        (noun) =>
          `  - ${of(noun)
            .map((event) => `\`${event}\``)
            .join(", ")}`,
      )
      .join("\n");
  },
  routes: () =>
    markdown(
      ["request", "what it does"],
      routes.map(({ method, path, summary }) => [`\`${method} ${path}\``, summary]),
    ),
  examples: () => ["```sh", SHOWN.map(exampleInShell).join("\n\n"), "```"].join("\n"),
  partnerTables: () =>
    markdown(
      ["table", "columns"],
      Object.entries(partnerTables).map(([name, { columns }]) => [`\`${name}\``, Object.keys(columns).join(", ")]),
    ),
  alarms: () =>
    markdown(
      ["dead letters of", "alarm"],
      Object.entries(queues).map(([name, { alarm }]) => [name, alarm]),
    ),
  functions: () =>
    markdown(
      ["function", "what it does"],
      Object.entries(functions).map(([name, { description }]) => [`\`${name}\``, description]),
    ),
};

/** The examples that the README shows. */
const SHOWN: readonly RouteId[] = ["createPartnership", "createTransaction", "createReward"];

const exampleInShell = (id: RouteId): string =>
  routes
    .filter((route) => route.id === id)
    .map((route) => `# ${route.summary}\n${curlLine(route, exampleOf[id])}`)
    .join("");

function headersOf(type: string): string {
  const columns = Object.entries(importTypes[type]?.layout.columns ?? {});
  const rows = columns.map(([header, { need, type: cell, note, aliases }]) => [
    [header, ...aliases].map((name) => `\`${name}\``).join(" or "),
    needed(need),
    note,
    cell.format,
    cell.example.replaceAll("|", "\\|"),
  ]);
  return `#### ${type}\n\n${markdown(["header", "needed", "meaning", "format", "example"], rows)}`;
}

function needed(need: Need): string {
  if (typeof need === "string") return need;
  return "exactlyOne" in need ? `exactly one (${need.exactlyOne})` : `at most one (${need.atMostOne})`;
}

const markdown = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll(/(?<!\\)\|/g, "\\|")).join(" | ")} |`)
    .join("\n");

const PLACE = /(<!-- (\w+): from the declarations -->\n)[\s\S]*?(<!-- end -->)/g;

/** The README with its tables made anew. */
export const withTables = (readme: string): string =>
  readme.replace(
    PLACE,
    (_whole, start: string, name: string, end: string) => `${start}\n${tables[name]?.() ?? ""}\n\n${end}`,
  );

export const README = fileURLToPath(new URL("../../README.md", import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(README, withTables(readFileSync(README, "utf8")));
