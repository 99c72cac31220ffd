import * as z from "zod";
import { allowsImport } from "../../access/principal.ts";
import { CallerError } from "../../errors.ts";
import { createImport as create, MAX_UPLOAD_BYTES } from "../../imports/create-import.ts";
import { ARCHIVE } from "../../imports/drop.ts";
import { BadOption } from "../../imports/import-options.ts";
import { importTypes } from "../../imports/import-types.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Clock, Table, UploadLinkSigner } from "../../ports.ts";
import { importOptions } from "../../records/import-job.ts";
import { doerOf } from "../doer-of.ts";
import { type Answer, forbidden, one } from "../envelope.ts";
import { presentImport } from "../present.ts";
import type { ApiRequest } from "../request.ts";
import { validated } from "../validated.ts";

/** What a request for an import says. */
export const importRequest = z.strictObject({
  type: z.enum([...Object.keys(importTypes), ARCHIVE]),
  filename: z.string().min(1).max(1024),
  bytes: z
    .int()
    .min(1)
    .max(MAX_UPLOAD_BYTES)
    .nullish()
    .meta({ description: "Size of the file, which the upload may then not exceed" }),
  // Strict: an import whose option is misspelled would run without it.
  options: z.strictObject(importOptions.shape).partial().nullish(),
});

/** What the answer has beside the job. */
export const uploadShape = z.object({
  method: z.literal("POST"),
  url: z.string(),
  fields: z
    .record(z.string(), z.string())
    .meta({ description: "To be sent as multipart/form-data, in front of the file, whose field is `file`" }),
  max_bytes: z.int(),
  expires_at: z.int().meta({ description: "Epoch milliseconds" }),
});

interface Dependencies {
  readonly table: Pick<Table, "get">;
  readonly ledger: Pick<Ledger, "commit" | "read">;
  readonly uploadLinks: UploadLinkSigner;
  readonly clock: Clock;
}

/** Asks for an import; it begins when its file is uploaded as answered. */
export async function createImport(dependencies: Dependencies, request: ApiRequest): Promise<Answer> {
  const { principal, body } = request;
  const { type, filename, bytes, options } = validated(importRequest, body === undefined ? {} : body);
  if (!allowsImport(principal, type)) throw forbidden();
  const asked = { type, filename, bytes: bytes ?? undefined, options: options ?? {} };
  const created = await create({ ...dependencies, newKey: request.newKey }, doerOf(request), asked);
  if (created instanceof BadOption) {
    // Whether an address is unknown or another program's is nobody else's business.
    if (created.option === "notify") throw forbidden();
    throw new CallerError("invalid", created.message, `options.${created.option}`);
  }
  const { job, upload } = created;
  return one({ ...presentImport(job, dependencies.clock()), upload }, "Import created: upload its file");
}
