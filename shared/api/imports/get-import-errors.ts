import { CallerError } from "../../errors.ts";
import { errorsFilename, errorsKey } from "../../imports/drop.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { REDIRECT_MINUTES } from "../../names.ts";
import type { LinkSigner, ObjectStore, StoredObject } from "../../ports.ts";
import { type Answer, document, redirect } from "../envelope.ts";
import { fileImportOf } from "./get-import.ts";
import type { ApiRequest } from "../request.ts";

/** A function answers 6 MB at most, and quotes and line ends take two characters on the way. */
const MAX_FILE_BYTES = 5_000_000;
const MAX_ANSWER_BYTES = 5_900_000;

interface Dependencies {
  readonly ledger: Pick<Ledger, "read">;
  readonly objects: Pick<ObjectStore, "get">;
  readonly reportLinks: LinkSigner;
}

/**
 * The rows of an import that failed, as a CSV file ready to be mended and dropped again. One that is too large for an
 * answer is a redirect to a link, which is open for minutes and needs no credentials.
 */
export async function getImportErrors(dependencies: Dependencies, request: ApiRequest): Promise<Answer> {
  const { objects, reportLinks } = dependencies;
  const { program, key, filename } = await fileImportOf(dependencies, request);
  const place = errorsKey(program, key);
  const file = await objects.get(place);
  if (file === undefined) throw new CallerError("not_found", "this import has no error file: no row has failed so far");
  const text = await smallText(file);
  if (text !== undefined) return document("text/csv; charset=utf-8", text);
  return redirect(await reportLinks.link(place, { minutes: REDIRECT_MINUTES, filename: errorsFilename(filename) }));
}

/** Undefined for what does not fit into an answer. */
async function smallText({ body, bytes }: StoredObject): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) {
    // From within the loop, which then closes the connection that an unread body would hold.
    if (bytes > MAX_FILE_BYTES) return undefined;
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  return Buffer.byteLength(JSON.stringify(text)) > MAX_ANSWER_BYTES ? undefined : text;
}
