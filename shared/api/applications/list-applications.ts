import type { Ledger } from "../../ledger/ledger.ts";
import { PARTNER_STATUSES, partnership } from "../../records/partnership.ts";
import { type Answer, list } from "../envelope.ts";
import type { QueryValues } from "../page-request.ts";
import { listPage } from "../paging.ts";
import { keyBeside, partnershipKeyOf } from "../partnerships/key-beside.ts";
import { readFilters } from "../partnerships/list-partnerships.ts";
import type { ApiRequest } from "../request.ts";
import { readChoice } from "../validated.ts";
import { APPLICATION_PREFIX, applicationsOf } from "./application-shape.ts";

interface Dependencies {
  readonly ledger: Ledger;
}

/** Applications, newest first, whatever was decided. */
export async function listApplications({ ledger }: Dependencies, { principal, query }: ApiRequest): Promise<Answer> {
  const { program } = principal;
  const status = readChoice(query, "status", PARTNER_STATUSES);
  const isAskedFor = await readFilters(
    ledger,
    program,
    status === undefined ? query : { ...query, approved_status: status },
  );
  const { items, looked_to, ...page } = await listPage(ledger, partnership, program, ofPartners(query), { isAskedFor });
  const shown = await applicationsOf(ledger, program, items);
  const lookedTo = looked_to === undefined ? {} : { looked_to: keyBeside(APPLICATION_PREFIX, looked_to) };
  return list({ items: shown, ...page, ...lookedTo }, "Applications retrieved");
}

/** The same query with partners' keys for cursors. */
const ofPartners = (query: QueryValues): QueryValues => ({
  ...query,
  ...cursor(query, "starting_after"),
  ...cursor(query, "ending_before"),
});

const cursor = (query: QueryValues, name: "starting_after" | "ending_before"): QueryValues => {
  const key = query[name];
  return key === undefined ? {} : { [name]: partnershipKeyOf(APPLICATION_PREFIX, key) };
};
