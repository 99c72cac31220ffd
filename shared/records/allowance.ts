import * as z from "zod";
import { base, defineRecord } from "./record.ts";

const schema = z.object({
  ...base,
  count: z.int().nonnegative().meta({ description: "Rewards made" }),
  amount: z.int().meta({ description: "Their sum, in minor units of the cap's currency" }),
});

/** How far a limited effect of a trigger has been used up, for one customer or partnership. */
export type Allowance = z.output<typeof schema>;

/** Where the allowance of a key lives. */
export const allowancePlace = (program: string, key: string) => ({ pk: `${program}/allowance/${key}`, sk: "#" });

/** Kept so that two events at once cannot both take the last reward: one of them finds the count changed. */
export const allowance = defineRecord({
  kind: "allowance",
  collection: "allowances",
  schema,
  place: ({ program, key }) => allowancePlace(program, key),
  unique: () => [],
  listed: false,
});
