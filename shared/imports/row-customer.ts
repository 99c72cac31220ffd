import { type Customer, customer } from "../records/customer.ts";
import { RowProblem } from "./read-row.ts";
import { lookUp, referenceFinder, type RuleContext, shown } from "./row-rule.ts";

const byOwnKey = referenceFinder(customer, "customer_key");
const byKey = referenceFinder(customer, "key");

/** Finds the customers that rows name in a column, by your key or ours. */
export async function customersOf(keys: readonly (string | undefined)[], column: string, context: RuleContext) {
  const own = await lookUp(keys, byOwnKey(context));
  const ours = await lookUp(
    keys.filter((key) => own(key) === undefined),
    byKey(context),
  );
  return (key: string | undefined): Customer | RowProblem | undefined => {
    if (key === undefined) return undefined;
    const found = own(key) ?? ours(key);
    return (
      found?.record ??
      new RowProblem(
        "unknown_customer",
        column,
        `there is no customer ${shown(key)}`,
        "Import the customer first, or correct the key.",
      )
    );
  };
}
