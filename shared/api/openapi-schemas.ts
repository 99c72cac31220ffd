import type * as z from "zod";
import { exportJob } from "../records/export-job.ts";
import { importJob } from "../records/import-job.ts";
import { records } from "../records/index.ts";
import type { Declaration } from "../records/record.ts";
import { webhookDelivery } from "../records/webhook-delivery.ts";
import { webhook } from "../records/webhook.ts";
import { outcome as outcomeSchema } from "../imports/outcomes.ts";
import { dealSchemas } from "./deals/shapes.ts";
import { formSchemas } from "./forms/shapes.ts";
import { leadSchemas } from "./leads/shapes.ts";
import { applicationSchemas } from "./applications/shapes.ts";
import { customerSchemas } from "./customers/shapes.ts";
import { groupSchemas } from "./groups/shapes.ts";
import { distiSchemas } from "./disti/shapes.ts";
import { productSchemas } from "./products/shapes.ts";
import { reportSchemas } from "./reports/shapes.ts";
import { partnerSchemas } from "./partners/shapes.ts";
import { programSchemas } from "./program/shapes.ts";
import { uploadShape } from "./imports/create-import.ts";
import { undoneRow } from "../imports/undone-rows.ts";
import { rowEffect } from "./imports/list-import-effects.ts";
import { linkSchemas } from "./links/shapes.ts";
import { partnershipSchemas } from "./partnerships/shapes.ts";
import { object, type Schema, schemaOf } from "./schema-of.ts";
import { rateSchemas } from "./rates/shapes.ts";
import { rewardSchemas } from "./rewards/shapes.ts";
import { transactionSchemas } from "./transactions/shapes.ts";
import { exportProgressShape, progressShape, visibleFields } from "./present.ts";

/** A component for each noun, as the API shows it, and for what else routes answer. */
export const schemas = (): Readonly<Record<string, Schema>> => ({
  ...Object.fromEntries(
    Object.entries(records).map(([name, declaration]) => [
      name.charAt(0).toUpperCase() + name.slice(1),
      object(propertiesOf(declaration)),
    ]),
  ),
  ...described({
    ...partnershipSchemas,
    ...applicationSchemas,
    ...groupSchemas,
    ...linkSchemas,
    ...customerSchemas,
    ...transactionSchemas,
    ...rewardSchemas,
    ...rateSchemas,
    ...leadSchemas,
    ...dealSchemas,
    ...formSchemas,
    ...partnerSchemas,
    ...programSchemas,
    ...productSchemas,
    ...distiSchemas,
    ...reportSchemas,
  }),
  ImportJob: object(importProperties()),
  ExportJob: object({
    ...propertiesOf(exportJob),
    program: { type: "string" },
    ...Object(schemaOf(exportProgressShape, "output")["properties"]),
  }),
  CreatedImport: object({ ...importProperties(), upload: schemaOf(uploadShape, "output") }),
  ImportHeaders: object({
    type: { type: "string" },
    required: names,
    optional: names,
    exactly_one: { type: "array", items: names, description: "Sets of columns of which a row fills exactly one" },
    at_most_one: { type: "array", items: names, description: "Sets of columns of which a row fills one or none" },
    groups: {
      type: "array",
      description: "For leads and deals, the groups that take them in",
      items: object({
        slug: { type: "string" },
        name: { type: "string" },
        required: { ...names, description: "What its form asks for beyond what every row needs" },
        statuses: { ...names, description: "Its statuses of leads, or stages of deals" },
      }),
    },
    columns: {
      type: "array",
      items: object({
        name: { type: "string" },
        aliases: names,
        need: { type: "string", enum: ["required", "optional", "exactly_one", "at_most_one"] },
        format: { type: "string" },
        example: { type: "string" },
        note: { type: "string" },
      }),
    },
  }),
  CreatedWebhook: object({ ...propertiesOf(webhook), secret }),
  RotatedWebhook: object({
    ...propertiesOf(webhook),
    secret,
    previous_secret_until: {
      type: ["integer", "null"],
      description: "Until when the former secret signs as well, in epoch milliseconds",
    },
  }),
  WebhookPayload: object({
    ...propertiesOf(webhookDelivery),
    payload: {
      type: ["object", "null"],
      description: "What is posted; null for who may not read what it tells of",
      properties: { type: { type: "string" }, timestamp: { type: "string", format: "date-time" }, data: {} },
    },
  }),
  Outcome: schemaOf(outcomeSchema, "output"),
  UndoneRow: schemaOf(undoneRow, "output"),
  RowEffect: schemaOf(rowEffect, "output"),
  Error: {
    type: "object",
    properties: { message: { type: "string" }, status: { type: "integer" }, field: { type: "string" } },
    required: ["message", "status"],
  },
});

const described = (shapes: Readonly<Record<string, z.ZodType>>): Record<string, Schema> =>
  Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, schemaOf(shape, "output")]));
const secret: Schema = { type: "string", description: "What signatures are made with; shown this once" };

const names: Schema = { type: "array", items: { type: "string" } };

const importProperties = (): Schema => ({
  ...propertiesOf(importJob),
  program: { type: "string" },
  ...Object(schemaOf(progressShape, "output")["properties"]),
});

function propertiesOf(declaration: Declaration): Schema {
  const { properties } = schemaOf(declaration.schema, "output");
  const all = new Map<string, unknown>(Object.entries(properties ?? {}));
  return Object.fromEntries(visibleFields(declaration).map((name) => [name, all.get(name)]));
}
