import type { RecordingDependencies } from "../../recording/record-change.ts";
import { deal } from "../../records/deal.ts";
import type { Answer } from "../envelope.ts";
import { convert } from "../pipeline/convert.ts";
import { nameOf } from "../pipeline/name-of.ts";
import type { ApiRequest } from "../request.ts";
import { dealOf } from "./get-deal.ts";

/** Makes a customer of a deal. */
export const convertDeal = (dependencies: RecordingDependencies, request: ApiRequest): Promise<Answer> =>
  convert(dependencies, request, {
    declaration: deal,
    kind: "deal",
    find: (key) => dealOf(dependencies.ledger, request.principal, key),
    known: ({ contact_first_name, contact_last_name, account_name }) => ({
      name: nameOf(contact_first_name, contact_last_name),
      company_name: account_name,
    }),
  });
