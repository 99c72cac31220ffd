import { CallerError } from "../errors.ts";
import { errorsKey } from "../imports/drop.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { ObjectStore } from "../ports.ts";
import { type Answer, document } from "./envelope.ts";
import { importOf } from "./get-import.ts";
import type { ApiRequest } from "./request.ts";

/** A function answers 6 MB at most, and quotes and line ends take two characters on the way. */
const MAX_FILE_BYTES = 5_000_000;
const MAX_ANSWER_BYTES = 5_900_000;

interface Dependencies {
  readonly ledger: Pick<Ledger, "read">;
  readonly objects: Pick<ObjectStore, "get">;
}

/** The rows of an import that failed, as a CSV file ready to be mended and dropped again. */
export async function getImportErrors(dependencies: Dependencies, request: ApiRequest): Promise<Answer> {
  const { program, key } = await importOf(dependencies, request);
  const place = errorsKey(program, key);
  const file = await dependencies.objects.get(place);
  if (file === undefined) throw new CallerError("not_found", "this import has no error file: no row has failed so far");
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.body) {
    // From within the loop, which then closes the connection that an unread body would hold.
    if (file.bytes > MAX_FILE_BYTES) throw tooLarge(place, file.bytes);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  if (Buffer.byteLength(JSON.stringify(text)) > MAX_ANSWER_BYTES) throw tooLarge(place, file.bytes);
  return document("text/csv; charset=utf-8", text);
}

const tooLarge = (place: string, bytes: number): CallerError =>
  new CallerError(
    "too_large",
    `the error file is too large for the API (${bytes} bytes): fetch ${place} from the upload bucket`,
  );
