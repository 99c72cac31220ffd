import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { App, CfnElement, type Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { afterAll } from "vitest";
import * as z from "zod";
import { DataStack } from "../../infra/data-stack.ts";
import { ServiceStack } from "../../infra/service-stack.ts";
import { readSettings } from "../../infra/settings.ts";

const flags = z
  .object({ context: z.record(z.string(), z.unknown()) })
  .parse(JSON.parse(readFileSync("cdk.json", "utf8")));

const folder = mkdtempSync(path.join(tmpdir(), "ledger-synth-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The app as `infra/app.ts` makes it, but for the functions' code, which plays no part in what is tested here. */
export const newApp = (given: Readonly<Record<string, string>> = {}) => {
  const app = new App({ ...flags, outdir: mkdtempSync(path.join(folder, "app-")) });
  const settings = readSettings((name) => given[name]);
  const data = new DataStack(app, "Data", { stackName: "data", settings });
  const code = () => Code.fromInline("export const handler = () => {};");
  const service = new ServiceStack(app, "Service", { stackName: "service", data, settings, code });
  return { app, data, service };
};

const Properties = z.record(z.string(), z.unknown());
const Resource = z.object({
  Type: z.string(),
  Properties: Properties.default({}),
  DeletionPolicy: z.string().optional(),
  DependsOn: z.array(z.string()).default([]),
});
const Output = z.object({ Value: z.unknown(), Export: z.object({ Name: z.string() }).optional() });
const Rendered = z.object({
  Resources: z.record(z.string(), Resource),
  Outputs: z.record(z.string(), Output).default({}),
});

export interface Found {
  readonly id: string;
  readonly stack: string;
  readonly type: string;
  readonly properties: z.infer<typeof Properties>;
  readonly deletion: string | undefined;
  /** What is made before it. */
  readonly after: readonly string[];
}

/** Both templates, as one list of resources whose references can be read. */
export const synthesized = (given: Readonly<Record<string, string>> = {}) => {
  const { data, service } = newApp(given);
  const templates = [data, service].map((stack) => ({ stack, ...Rendered.parse(Template.fromStack(stack).toJSON()) }));
  const names = new Map([data, service].flatMap(namesIn));
  const exported = new Map(
    templates.flatMap(({ Outputs }) => Object.values(Outputs).map((out) => [out.Export?.Name, out.Value])),
  );

  /** `Uploads/Bucket/reports/*` for what CloudFormation joins from an import of that bucket's ARN and a string. */
  const read = (value: unknown): string => {
    if (typeof value === "string") return value;
    const { Ref, "Fn::GetAtt": attribute, "Fn::ImportValue": imported, "Fn::Join": join } = Reference.parse(value);
    if (Ref !== undefined) return names.get(Ref) ?? `<${Ref}>`;
    if (attribute) return names.get(attribute[0]) ?? attribute[0];
    if (imported !== undefined) return read(exported.get(imported));
    return join ? join[1].map(read).join(join[0]) : JSON.stringify(value);
  };

  const all: readonly Found[] = templates.flatMap(({ stack, Resources }) =>
    Object.entries(Resources).map(([id, { Type, Properties: properties, DeletionPolicy, DependsOn }]) => ({
      id: names.get(id) ?? id,
      stack: stack.stackName,
      type: Type,
      properties,
      deletion: DeletionPolicy,
      after: DependsOn.map((before) => names.get(before) ?? before),
    })),
  );
  return { read, all, of: (type: string) => all.filter((found) => found.type === type) };
};

const Reference = z.object({
  Ref: z.string().optional(),
  "Fn::GetAtt": z.tuple([z.string(), z.string()]).optional(),
  "Fn::ImportValue": z.string().optional(),
  "Fn::Join": z.tuple([z.string(), z.array(z.unknown())]).optional(),
});

const namesIn = (stack: Stack): [string, string][] =>
  stack.node
    .findAll()
    .filter((node) => CfnElement.isCfnElement(node))
    .map((element) => [
      String(stack.resolve(element.logicalId)),
      element.node.path.replace(/^(Data|Service)\//, "").replace(/\/Resource$/, ""),
    ]);

const oneOrMany = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const anyOfMany = z.unknown().transform((value): unknown[] => (Array.isArray(value) ? value : [value]));

/** A policy document, with single values made lists. */
export const PolicyDocument = z.object({
  Statement: z.array(
    z.object({
      Effect: z.enum(["Allow", "Deny"]),
      Action: oneOrMany,
      Resource: anyOfMany.optional(),
      Principal: z.union([z.literal("*"), z.record(z.string(), z.unknown())]).optional(),
      Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
    }),
  ),
});

export type Statement = z.infer<typeof PolicyDocument>["Statement"][number];
