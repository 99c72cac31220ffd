import { one, type Shapes } from "../openapi-shape.ts";
import { schemaOf } from "../schema-of.ts";
import { programSettingsShape } from "../../records/program.ts";
import type { programRoutes } from "./routes.ts";
import { programChange } from "./update-program.ts";

/** What routes of the program answer, by the names of the components. */
export const programSchemas = { ProgramSettings: programSettingsShape };

export const programShapes = (): Shapes<typeof programRoutes> => ({
  getProgram: one("ProgramSettings"),
  updateProgram: { ...one("ProgramSettings"), body: schemaOf(programChange, "input") },
});
