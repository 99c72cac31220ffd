import { ERROR_POLICIES, importOptions, type ImportOptions } from "../records/import-job.ts";
import type { Drop } from "./drop.ts";
import { FileProblem } from "./file-problem.ts";
import type { AskedOptions } from "./import-options.ts";

/** How an option is written in the metadata of an object, where all is text. */
interface Written {
  readonly format: string;
  read(text: string): unknown;
}

const flag: Written = { format: "true or false", read: (text) => ({ true: true, false: false })[text.toLowerCase()] };

const WRITTEN: Readonly<Record<keyof ImportOptions, Written>> = {
  disable_triggers: flag,
  send_invites: flag,
  dry_run: flag,
  error_policy: {
    format: `one of ${ERROR_POLICIES.join(", ")}`,
    read: (text) => text.toLowerCase().replaceAll("-", "_"),
  },
  stop_above_percent: {
    format: "a number from 0 to 100",
    read: (text) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined),
  },
  notify: { format: "an e-mail address", read: (text) => text },
};

const partial = importOptions.partial();

/** `dry_run` as metadata and folders have it. */
export const written = (option: string): string => option.replaceAll("_", "-");

/**
 * What a dropped file asks for, by its folders and by its metadata (`dry-run: true`). Throws a {@link FileProblem} that
 * names the option whose value makes no sense.
 */
export function askedByDrop({ options }: Drop, metadata: Readonly<Record<string, string>>): AskedOptions {
  let asked: AskedOptions = options;
  for (const [option, { format, read }] of Object.entries(WRITTEN)) {
    const text = metadata[written(option)]?.trim();
    if (text === undefined) continue;
    const value = read(text);
    const parsed = partial.safeParse({ [option]: value });
    if (value === undefined || !parsed.success)
      throw new FileProblem(
        "bad_option",
        `The metadata ${written(option)} is ${JSON.stringify(text.slice(0, 60))}. Write ${format}, and drop the file again.`,
      );
    if (value === false && Object.hasOwn(options, option))
      throw new FileProblem(
        "bad_option",
        `The folder ${written(option)} and the metadata ${written(option)}: ${text} contradict each other. Keep one of them, and drop the file again.`,
      );
    asked = { ...asked, ...parsed.data };
  }
  return asked;
}
