import * as z from "zod";
import type { ObjectStore, UploadLinkSigner } from "../../ports.ts";
import { recordChange, type RecordingDependencies } from "../../recording/record-change.ts";
import { type DealFile, dealFile } from "../../records/deal-file.ts";
import { testOf } from "../../records/record.ts";
import { type Answer, one } from "../envelope.ts";
import { testFor } from "../partner-of-request.ts";
import type { ApiRequest } from "../request.ts";
import { validated } from "../validated.ts";
import { dealFileObject, presentDealFiles } from "./deal-file-shape.ts";
import { dealOf } from "./get-deal.ts";

/** The largest file that a deal takes. */
const MOST_BYTES = 25 * 1024 ** 2;

const UPLOAD_MINUTES = 15;

/** What a request for a new file says. */
export const dealFileRequest = z.strictObject({
  filename: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^\p{Cc}/\\]+$/u, { error: "is no name of a file" }),
  bytes: z.int().min(1).max(MOST_BYTES).meta({ description: "Its size, which the upload may not exceed" }),
  content_type: z
    .string()
    .max(255)
    .regex(/^[\w.+-]+\/[\w.+-]+(; ?[\w.+-]+=[\w.+-]+)*$/, { error: "is no content type" }),
});

interface Dependencies extends RecordingDependencies {
  readonly objects: Pick<ObjectStore, "get">;
  readonly uploadLinks: UploadLinkSigner;
}

/** Attaches a file to a deal, answered with where to upload it: bound to its key, its size and some minutes. */
export async function createDealFile(dependencies: Dependencies, request: ApiRequest): Promise<Answer> {
  const { ledger, objects, uploadLinks, clock } = dependencies;
  const { principal, body, path, newKey } = request;
  const asked = validated(dealFileRequest, body === undefined ? {} : body);
  const { record: found } = await dealOf(ledger, principal, path["key"]);
  const key = newKey("file_");
  const made = await recordChange(dependencies, request, { declaration: dealFile, key }, async ({ program, now }) => {
    const { record: deal } = await dealOf(ledger, principal, found.key);
    testFor(principal, deal, "key");
    const dates = { created_at: now, updated_at: now };
    const after: DealFile = { program: program.key, key, deal_key: deal.key, ...asked, ...testOf(deal), ...dates };
    return { change: { declaration: dealFile, after }, action: "deal_file.created" };
  });
  const expires_at = clock() + UPLOAD_MINUTES * 60_000;
  const [[shown], form] = await Promise.all([
    presentDealFiles(objects, [made]),
    uploadLinks.form(dealFileObject(made), { maxBytes: made.bytes, minutes: UPLOAD_MINUTES }),
  ]);
  return one(
    { ...shown, upload: { method: "POST", ...form, max_bytes: made.bytes, expires_at } },
    "File created: upload it",
  );
}
