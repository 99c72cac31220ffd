import { parseArgs, type ParseArgsConfig } from "node:util";
import { StartProblem } from "./start-problem.ts";

/** The arguments of a command; the help follows what is said of wrong ones. */
export function readArguments<const Config extends ParseArgsConfig>(help: string, config: Config) {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new StartProblem(`${error instanceof Error ? error.message : String(error)}\n\n${help}`, { cause: error });
  }
}
