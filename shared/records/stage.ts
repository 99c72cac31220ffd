import * as z from "zod";
import { plainName } from "./plain-name.ts";

/** A status of leads or a stage of deals. Its name is part of counters, in which `.` and `/` mean something. */
export const stage = z.object({
  name: z
    .string()
    .trim()
    .regex(/^[^./\p{Cc}]{1,50}$/u, { error: "a status or stage has up to 50 characters, and neither '.' nor '/'" }),
  api_name: z.string().trim().min(1).max(50),
});

export type Stage = z.output<typeof stage>;

export const apiNameOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .replace(/^_|_$/g, "");

export const stagesOf = (...names: readonly string[]): Stage[] =>
  names.map((name) => ({ name, api_name: apiNameOf(name) }));

/** The stage that is meant, by either of its names. */
export function findStage(stages: readonly Stage[], meant: string): Stage | undefined {
  const plain = plainName(meant);
  return stages.find(({ name, api_name }) => plainName(name) === plain || plainName(api_name) === plain);
}
