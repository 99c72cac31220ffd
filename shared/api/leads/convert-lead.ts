import type { RecordingDependencies } from "../../recording/record-change.ts";
import { lead } from "../../records/lead.ts";
import type { Answer } from "../envelope.ts";
import { convert } from "../pipeline/convert.ts";
import { nameOf } from "../pipeline/name-of.ts";
import type { ApiRequest } from "../request.ts";
import { leadOf } from "./get-lead.ts";

/** Makes a customer of a lead. */
export const convertLead = (dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> =>
  convert(dependencies, request, {
    declaration: lead,
    kind: "lead",
    find: (key) => leadOf(dependencies.ledger, request.principal, key),
    known: ({ first_name, last_name, company }) => ({
      name: nameOf(first_name, last_name),
      company_name: company,
    }),
  });
