import type { Log } from "../../shared/ports.ts";

export interface LogLine {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A log that keeps its lines to itself. */
export interface SilentLog extends Log {
  readonly lines: readonly LogLine[];
}

export function createSilentLog(): SilentLog {
  const lines: LogLine[] = [];
  const at =
    (level: LogLine["level"]) =>
    (message: string, fields: LogLine["fields"] = {}) =>
      void lines.push({ level, message, fields });
  return { lines, info: at("info"), warn: at("warn"), error: at("error") };
}
