import type { Ledger } from "../../ledger/ledger.ts";
import { type Answer, list } from "../envelope.ts";
import { groupAskedFor, groupsOf } from "../list-scope.ts";
import { loadProgram } from "../load-program.ts";
import { type QueryValues, readSpan, type Span } from "../page-request.ts";
import { pageOfAll } from "../paging.ts";
import type { ApiRequest } from "../request.ts";
import { readChoice } from "../validated.ts";
import { formTemplate, type FormTemplate } from "./form-template.ts";
import { MOLD_TARGETS, type MoldTarget } from "./mold-key.ts";

interface Dependencies {
  readonly ledger: Pick<Ledger, "collection" | "read">;
}

/** Forms of all kinds, or of the one that is asked for. */
export const listFormTemplates = (dependencies: Dependencies, request: ApiRequest): Promise<Answer> => {
  const wanted = readChoice(request.query, "target_type", MOLD_TARGETS);
  return formTemplates(dependencies, request, wanted === undefined ? MOLD_TARGETS : [wanted]);
};

export const listLeadForms = (dependencies: Dependencies, request: ApiRequest): Promise<Answer> =>
  formTemplates(dependencies, request, ["lead"]);

export const listDealForms = (dependencies: Dependencies, request: ApiRequest): Promise<Answer> =>
  formTemplates(dependencies, request, ["deal"]);

/** Every group has one form of each kind, whether it is in use or not: so a cursor stays good. */
async function formTemplates(
  { ledger }: Dependencies,
  { principal, query }: ApiRequest,
  targets: readonly MoldTarget[],
): Promise<Answer> {
  const [program, groups, only] = await Promise.all([
    loadProgram(ledger, principal.program),
    groupsOf(ledger, principal.program),
    groupAskedFor(ledger, principal.program, query),
  ]);
  const { isAscending } = readFormOrder(query);
  const isAskedFor = asked(query);
  const all = groups
    .filter(({ key }) => only === undefined || key === only.key)
    .toSorted((a, b) => b.created_at - a.created_at || (a.key < b.key ? -1 : 1))
    .flatMap((group) => targets.map((target) => formTemplate(program, group, target)))
    .filter(isAskedFor);
  return list(pageOfAll(isAscending ? all.toReversed() : all, query), "Form templates retrieved");
}

const readFormOrder = (query: QueryValues) => ({
  isAscending: readChoice(query, "order_by", ["-created_at", "created_at"]) === "created_at",
});

function asked(query: QueryValues): (form: FormTemplate) => boolean {
  const spans = { created_at: readSpan(query, "created"), updated_at: readSpan(query, "updated") };
  const keys = query["mold_keys"]?.split(",");
  return ({ key, created_at, updated_at }) =>
    isWithin(spans.created_at, created_at) &&
    isWithin(spans.updated_at, updated_at) &&
    (keys === undefined || keys.includes(key));
}

const isWithin = (span: Span | undefined, at: number): boolean =>
  span === undefined || (at >= span.from && at <= span.to);
