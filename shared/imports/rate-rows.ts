import type { RowOf } from "../records/column.ts";
import { program, programPlace } from "../records/program.ts";
import { RowProblem } from "./read-row.ts";
import { type Decision, decideRecord, identity, type RowRule, upToDependent } from "./row-rule.ts";

type Values = RowOf<typeof program.layout.columns>;

/** Rates are parts of the one record of the program, so that rows change it one after the other. What is recorded keeps its worth. */
export const rateRows: RowRule = {
  identities: ({ currency }: Values) => identity("currency", currency),

  async decide(rows, context) {
    const [owner] = await context.ledger.read(program, [programPlace(context.program.key)]);
    if (owner === undefined) throw new Error(`program ${context.program.key} is not there`);
    const decisions = await Promise.all(
      rows.map(async (row): Promise<Decision> => {
        const { currency = "USD", rate = "1" }: Values = row.values;
        if (currency === "USD") return Number(rate) === 1 ? { outcome: "unchanged", key: currency } : OTHER_DOLLAR;
        const { record } = owner;
        const after = { ...record, rates: { ...record.rates, [currency]: rate }, updated_at: context.job.created_at };
        const decision = await decideRecord(program, { row, context, before: owner, after });
        return decision === "later" || decision instanceof RowProblem ? decision : { ...decision, key: currency };
      }),
    );
    return upToDependent(
      decisions,
      rows.map(() => [owner]),
    );
  },
};

const OTHER_DOLLAR = new RowProblem(
  "bad_rate",
  "rate",
  "is another worth of a US dollar than one",
  "Leave the row out: a US dollar is worth one US dollar.",
);
