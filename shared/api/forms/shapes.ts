import { cursors, inQuery, limit, listOf, listQuery, type Shapes } from "../openapi-shape.ts";
import type { Schema } from "../schema-of.ts";
import { formTemplateShape } from "./form-template.ts";
import { salesCycleStageShape } from "./list-stages.ts";
import { MOLD_TARGETS } from "./mold-key.ts";
import type { formRoutes } from "./routes.ts";

/** What these routes answer, by the names of the components. */
export const formSchemas = { FormTemplate: formTemplateShape, SalesCycleStage: salesCycleStageShape };

const ofGroup: readonly Schema[] = [
  inQuery("group", "Only those of this group, by its slug, name or key", { type: "string" }),
  inQuery("group_key", "The same as `group`", { type: "string" }),
];

/** What every list of forms takes. */
export const formsQuery: readonly Schema[] = [
  ...listQuery(),
  ...ofGroup,
  inQuery("mold_keys", "Only forms with these keys, with commas between them", { type: "string" }),
];

export const formShapes = (): Shapes<typeof formRoutes> => ({
  listFormTemplates: listOf("FormTemplate", [
    ...formsQuery,
    inQuery("target_type", "Only forms of this kind", { type: "string", enum: [...MOLD_TARGETS] }),
  ]),
  listSalesCycleStages: listOf("SalesCycleStage", [limit, ...cursors, ...ofGroup]),
});
