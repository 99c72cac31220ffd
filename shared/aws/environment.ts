import { ENV } from "../names.ts";

export type Variable = keyof typeof ENV;

/** The named variables; one that is missing stops the start with its name. */
export function readEnvironment<Name extends Variable>(
  names: readonly Name[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<Record<Name, string>> {
  const missing = names.filter((name) => !env[ENV[name]]);
  if (missing.length > 0) {
    throw new Error(`missing in the environment: ${missing.map((name) => ENV[name]).join(", ")}`);
  }
  return Object.fromEntries(names.map((name) => [name, env[ENV[name]]])) as Record<Name, string>;
}
