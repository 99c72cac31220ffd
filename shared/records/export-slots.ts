import * as z from "zod";
import { base, defineRecord } from "./record.ts";

/** How many exports of a program may be queued or running at once. */
export const MOST_OPEN_EXPORTS = 5;

const schema = z.object({
  ...base,
  exports: z
    .array(z.string())
    .max(MOST_OPEN_EXPORTS)
    .meta({ description: "Keys of exports, those that are open among them" }),
});

export type ExportSlots = z.output<typeof schema>;

/** Where a program's slots are. */
export const exportSlotsPlace = (program: string) => ({ pk: `${program}/export-slots`, sk: "#" });

/**
 * Changes with every export that is asked for, so that no two requests at once can both take the last slot. Nobody gives
 * a slot back: an export that is over, or that nobody takes up, holds none, whatever is written here.
 */
export const exportSlots = defineRecord({
  kind: "export-slots",
  collection: "export-slots",
  schema,
  place: ({ program }) => exportSlotsPlace(program),
  unique: () => [],
  listed: false,
});
