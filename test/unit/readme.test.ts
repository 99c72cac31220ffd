import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { README, tables, withTables } from "./readme-tables.ts";

const readme = readFileSync(README, "utf8");
const scripts: Record<string, string> = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
).scripts;

describe("the README", () => {
  it("has every table as the declarations say; `npm run readme` makes them anew", () => {
    for (const name of Object.keys(tables)) expect(readme).toContain(`<!-- ${name}: from the declarations -->`);
    expect(readme).toBe(withTables(readme));
  });

  it("names only npm scripts that there are", () => {
    const named = [...readme.matchAll(/npm (?:run )?([a-z][\w:-]*)(?=[^\w:-])/g)].map(([, name]) => name ?? "");
    expect(named).toContain("start");
    const known = [...Object.keys(scripts), "ci", "install"];
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it("gives a reason for every dependency", () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
      readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
    );
    for (const name of Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }))
      expect(readme).toContain(`\`${name}\``);
  });
});
