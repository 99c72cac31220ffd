import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod";

const use = (from: string) => `import * as used from "${from}";\nexport const uses = used;\n`;
const IMPORTS = "eslint(no-restricted-imports)";
const PROPERTIES = "eslint(no-restricted-properties)";

/** A rule, a file that breaks it, and what oxlint calls the breach. */
const OFFENDERS: readonly (readonly [rule: string, file: string, source: string, code: string])[] = [
  ["the AWS SDK stays out of use cases", "shared/imports/sdk.ts", use("@aws-sdk/client-s3"), IMPORTS],
  ["the AWS SDK stays out of functions", "functions/sdk/handler.ts", use("@aws-sdk/client-s3"), IMPORTS],
  ["the AWS SDK stays out of wiring", "functions/sdk/index.ts", use("@aws-sdk/client-s3"), IMPORTS],
  ["the AWS SDK stays out of stacks", "infra/constructs/sdk.ts", use("@aws-sdk/client-s3"), IMPORTS],
  ["CDK stays out of use cases", "shared/imports/cdk.ts", use("aws-cdk-lib/aws-s3"), IMPORTS],
  ["CDK stays out of adapters", "shared/aws/cdk.ts", use("constructs"), IMPORTS],
  ["CDK stays out of functions", "functions/cdk/index.ts", use("aws-cdk-lib"), IMPORTS],
  ["CDK stays out of the local platform", "infra/local/cdk.ts", use("cdk-nag"), IMPORTS],
  ["CDK stays out of other tests", "test/unit/cdk.test.ts", use("aws-cdk-lib"), IMPORTS],
  ["records import nothing else of ours", "shared/records/ports.ts", use("../ports.ts"), IMPORTS],
  ["the ledger does not know what uses it", "shared/ledger/uses.ts", use("../imports/read.ts"), IMPORTS],
  ["names import nothing", "shared/names.ts", use("./ports.ts"), IMPORTS],
  ["ports know no use case", "shared/ports.ts", use("./imports/read.ts"), IMPORTS],
  ["use cases know no adapter", "shared/exports/adapter.ts", use("../aws/table.ts"), IMPORTS],
  ["nor what reaches out to the internet", "shared/webhooks/post.ts", use("../net/https-post.ts"), IMPORTS],
  ["not even its types", "shared/exports/type.ts", `export type { Table } from "../aws/table.ts";\n`, IMPORTS],
  ["not even later", "shared/exports/later.ts", `export const later = () => import("../aws/table.ts");\n`, IMPORTS],
  ["handlers know no adapter", "functions/adapter/handler.ts", use("../../shared/aws/table.ts"), IMPORTS],
  ["functions do not know each other", "functions/neighbour/index.ts", use("../api/handler.ts"), IMPORTS],
  ["functions know no infrastructure", "functions/infra/index.ts", use("../../infra/platform.ts"), IMPORTS],
  ["shared knows no function", "shared/api/function.ts", use("../../functions/api/handler.ts"), IMPORTS],
  ["shared knows no infrastructure", "shared/aws/platform.ts", use("../../infra/platform.ts"), IMPORTS],
  ["stacks read only names and routes", "infra/constructs/reads.ts", use("../../shared/api/envelope.ts"), IMPORTS],
  ["stacks do not load functions", "infra/loads.ts", use("../functions/api/handler.ts"), IMPORTS],
  ["shared does not import test", "shared/mail/test.ts", use("../../test/fakes/mailer.ts"), IMPORTS],
  ["the local platform does not import test", "infra/local/test.ts", use("../../test/fakes/mailer.ts"), IMPORTS],
  ["functions do not import test", "functions/test/index.ts", use("../../test/fakes/mailer.ts"), IMPORTS],
  ["use cases do not read the environment", "shared/mail/env.ts", `export const x = process.env["X"];\n`, PROPERTIES],
  ["adapters do not either", "shared/aws/env.ts", `export const { env } = process;\n`, PROPERTIES],
  ["nor by the module", "shared/aws/process.ts", use("node:process"), IMPORTS],
  ["wiring does not either", "functions/env/index.ts", `export const x = process.env["X"];\n`, PROPERTIES],
  ["use cases do not look at the clock", "shared/mail/now.ts", "export const now = () => Date.now();\n", PROPERTIES],
  ["not by a date", "shared/mail/date.ts", "export const now = () => new Date();\n", "ledger(no-current-date)"],
  [
    "functions do not either",
    "functions/now/handler.ts",
    "export const now = () => new Date();\n",
    "ledger(no-current-date)",
  ],
  ["use cases do not throw dice", "shared/mail/dice.ts", "export const dice = () => Math.random();\n", PROPERTIES],
  [
    "zod is imported whole",
    "shared/mail/zod.ts",
    `import { z } from "zod";\nexport const text = z.string();\n`,
    "ledger(zod-as-namespace)",
  ],
  [
    "no cycles",
    "shared/mail/cycle.ts",
    `import { b } from "./other.ts";\nexport const a = () => b;\n`,
    "import(no-cycle)",
  ],
  [
    "no cycles, the other side",
    "shared/mail/other.ts",
    `import { a } from "./cycle.ts";\nexport const b = () => a;\n`,
    "import(no-cycle)",
  ],
  ["no any", "shared/mail/any.ts", "export const x = (value: any) => String(value);\n", "typescript(no-explicit-any)"],
  [
    "no lost promise",
    "shared/mail/lost.ts",
    "const send = async () => 1;\nexport const lost = () => { send(); };\n",
    "typescript(no-floating-promises)",
  ],
  [
    "no focused test",
    "test/unit/only.test.ts",
    `import { expect, it } from "vitest";\nit.only("x", () => { expect(1).toBe(1); });\n`,
    "vitest(no-focused-tests)",
  ],
  [
    "no skipped test",
    "test/unit/skip.test.ts",
    `import { expect, it } from "vitest";\nit.skip("x", () => { expect(1).toBe(1); });\n`,
    "vitest(no-disabled-tests)",
  ],
];

const CLEAN: Readonly<Record<string, string>> = {
  "shared/names.ts": "export const NAME = 1;\n",
  "shared/ports.ts": use("./records/partner.ts"),
  "shared/records/partner.ts": `import * as z from "zod";\nexport const partner = z.string();\n`,
  "shared/records/index.ts": use("./partner.ts"),
  "shared/ledger/commit.ts": [
    use("../records/index.ts"),
    `export * from "../ports.ts";\n`,
    `export * from "../names.ts";\n`,
  ].join(""),
  "shared/imports/read.ts": [use("../ledger/commit.ts"), "export const at = (ms: number) => new Date(ms);\n"].join(""),
  "shared/aws/table.ts": [use("@aws-sdk/client-dynamodb"), "export const now = () => new Date(Date.now());\n"].join(""),
  "shared/aws/environment.ts": `export const table = process.env["TABLE"];\n`,
  "shared/api/routes.ts": use("../names.ts"),
  "functions/api/index.ts": [use("../../shared/aws/table.ts"), `export * from "./handler.ts";\n`].join(""),
  "functions/api/handler.ts": use("../../shared/imports/read.ts"),
  "infra/platform.ts": [use("../shared/names.ts"), `export const home = process.env["HOME"];\n`].join(""),
  "infra/constructs/api.ts": [use("aws-cdk-lib"), `export * from "../../shared/api/routes.ts";\n`].join(""),
  "infra/local/start.ts": [use("@aws-sdk/client-s3"), `export * from "../../functions/api/index.ts";\n`].join(""),
  "infra/create-program.ts": [use("@aws-sdk/client-sts"), `export * from "../shared/aws/table.ts";\n`].join(""),
  "test/fakes/mailer.ts": use("../../shared/aws/table.ts"),
  "test/infra/stack.test.ts": `import { App } from "aws-cdk-lib";\nimport { expect, it } from "vitest";\nit("x", () => { expect(new App(), "app").toBeDefined(); });\n`,
};

const Output = z.object({
  diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })),
  number_of_files: z.number(),
});

const folders: string[] = [];

/** Lints a folder arranged like ours, by our configuration. */
const lint = (files: Readonly<Record<string, string>>) => {
  const folder = mkdtempSync(path.join(tmpdir(), "ledger-lint-"));
  folders.push(folder);
  for (const [file, source] of Object.entries(files)) {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, file), source);
  }
  for (const file of [".oxlintrc.json", "tsconfig.json", "infra/lint-rules.ts"]) {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    copyFileSync(file, path.join(folder, file));
  }
  symlinkSync(path.resolve("node_modules"), path.join(folder, "node_modules"));
  const command = [path.resolve("node_modules/oxlint/bin/oxlint"), "--type-aware", "--format=json"];
  const { stdout, status } = spawnSync(process.execPath, command, { cwd: folder, encoding: "utf8" });
  return { status, ...Output.parse(JSON.parse(stdout)) };
};

describe("the import rules", () => {
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  const broken = lint(Object.fromEntries(OFFENDERS.map(([, file, source]) => [file, source])));

  it("are applied to every file", () => {
    // One more: the rules of our own are linted too.
    expect(broken.number_of_files).toBe(OFFENDERS.length + 1);
    expect(broken.status).toBe(1);
  });

  it.each(OFFENDERS)("hold: %s", (_rule, file, _source, code) => {
    expect(broken.diagnostics.filter(({ filename }) => filename === file).map((found) => found.code)).toEqual([code]);
  });

  it("let pass what follows them", () => {
    const { status, diagnostics, number_of_files } = lint(CLEAN);
    expect(diagnostics).toEqual([]);
    expect(number_of_files).toBe(Object.keys(CLEAN).length + 1);
    expect(status).toBe(0);
  });
});
