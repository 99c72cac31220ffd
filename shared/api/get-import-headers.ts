import { CallerError } from "../errors.ts";
import { type HeaderSheet, headerSheet, headerTemplate } from "../imports/header-sheet.ts";
import { importTypes } from "../imports/import-types.ts";
import { type Answer, document, one } from "./envelope.ts";
import type { ApiRequest } from "./request.ts";
import { notOneOf } from "./validated.ts";

/** The columns that a file of a type may have. */
export const getImportHeaders = ({ path }: ApiRequest): Answer =>
  one(ofType<HeaderSheet>(path["type"], headerSheet), "Import headers retrieved");

/** A CSV file of a type to start from. */
export const getImportTemplate = ({ path }: ApiRequest): Answer =>
  document("text/csv; charset=utf-8", ofType<string>(path["type"], headerTemplate));

function ofType<Found>(type = "", find: (type: string) => Found | undefined): Found {
  const found = find(type);
  if (found === undefined) throw new CallerError("not_found", notOneOf(type, Object.keys(importTypes)), "type");
  return found;
}
