import * as z from "zod";
import type { Program } from "../records/program.ts";

/** The program, as records of its lists name it. */
export const companyShape = z
  .object({ key: z.string(), name: z.string() })
  .meta({ description: "Whose program it is" });

export const companyOf = ({ key, name }: Program): z.output<typeof companyShape> => ({ key, name });
