import type { Mail } from "../ports.ts";

/** A part of a mail: a paragraph, a table of facts, a list, or a link. */
export type Block =
  | string
  | { readonly facts: readonly (readonly [name: string, value: string])[] }
  | { readonly points: readonly string[] }
  | { readonly link: string; readonly label: string };

/** A mail without its address. */
export type Letter = Omit<Mail, "to">;

/** File names may have a thousand characters. */
const LONGEST_SUBJECT = 200;

/** The same content as plain text and as HTML, so that neither can say what the other does not. */
export const letter = (subject: string, blocks: readonly Block[]): Letter => ({
  subject: oneLine(subject).slice(0, LONGEST_SUBJECT),
  text: `${blocks.map(asText).join("\n\n")}\n`,
  html: `<!doctype html>\n<html lang="en"><body style="font-family: sans-serif; line-height: 1.5">\n${blocks.map(asHtml).join("\n")}\n</body></html>\n`,
});

function asText(block: Block): string {
  if (typeof block === "string") return lines(block).join("\n");
  if ("facts" in block) return block.facts.map(([name, value]) => `${oneLine(name)}: ${oneLine(value)}`).join("\n");
  if ("points" in block) return block.points.map((point) => `- ${oneLine(point)}`).join("\n");
  return `${block.label}:\n${block.link}`;
}

function asHtml(block: Block): string {
  if (typeof block === "string") return `<p>${lines(block).map(escaped).join("<br>")}</p>`;
  if ("facts" in block) {
    const rows = block.facts.map(
      ([name, value]) => `<tr><td style="padding-right: 1.5em">${escaped(name)}</td><td>${escaped(value)}</td></tr>`,
    );
    return `<table>\n${rows.join("\n")}\n</table>`;
  }
  if ("points" in block) return `<ul>${block.points.map((point) => `<li>${escaped(point)}</li>`).join("")}</ul>`;
  return `<p><a href="${escaped(block.link)}">${escaped(block.label)}</a></p>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escaped = (text: string): string => oneLine(text).replace(/[&<>"']/g, (char) => ENTITIES[char] ?? "");

// File names and reasons come from outside: no line end of theirs may begin a line, or a header, of ours.
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();

/** The lines of a paragraph, as its writer broke them. */
const lines = (text: string): string[] => text.split(/\r\n|\n|\r/).map(oneLine);

/** A number with its thousands apart. */
export const counted = (count: number, noun: string): string =>
  `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
