import { findTeammate } from "../access/teammates.ts";
import type { Table } from "../ports.ts";
import { DEFAULT_OPTIONS, type ImportOptions } from "../records/import-job.ts";

/** The options that somebody named; the others are as usual. */
export type AskedOptions = { readonly [Name in keyof ImportOptions]?: ImportOptions[Name] | undefined };

/** Why an import cannot be carried out as asked. */
export class BadOption {
  readonly option: keyof ImportOptions;
  readonly message: string;
  constructor(option: keyof ImportOptions, message: string) {
    this.option = option;
    this.message = message;
  }
}

/** The options of an import of the program, as asked for: an import never runs with others. */
export async function optionsOf(
  table: Pick<Table, "get">,
  program: string,
  asked: AskedOptions,
): Promise<ImportOptions | BadOption> {
  const options: ImportOptions = {
    disable_triggers: asked.disable_triggers ?? DEFAULT_OPTIONS.disable_triggers,
    send_invites: asked.send_invites ?? DEFAULT_OPTIONS.send_invites,
    dry_run: asked.dry_run ?? DEFAULT_OPTIONS.dry_run,
    error_policy: asked.error_policy ?? DEFAULT_OPTIONS.error_policy,
    stop_above_percent: asked.stop_above_percent ?? DEFAULT_OPTIONS.stop_above_percent,
    notify: asked.notify ?? DEFAULT_OPTIONS.notify,
  };
  const isLimited = options.error_policy === "stop_above";
  if (isLimited && options.stop_above_percent === null)
    return new BadOption("stop_above_percent", "the error policy 'stop_above' needs 'stop_above_percent'");
  if (!isLimited && options.stop_above_percent !== null)
    return new BadOption("stop_above_percent", "'stop_above_percent' goes with the error policy 'stop_above' only");
  if (options.notify === null) return options;
  const teammate = await findTeammate(table, program, options.notify);
  return teammate === undefined
    ? new BadOption("notify", "only a teammate of the program can be notified")
    : { ...options, notify: teammate.email };
}
