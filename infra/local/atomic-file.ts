import { readFileSync, renameSync, writeFileSync } from "node:fs";

/** Writes a file so that a reader, or the next start after a kill, sees the old content or the new, never a part. */
export function writeAtomically(path: string, content: string, mode = 0o666): void {
  const temporary = `${path}.tmp`;
  writeFileSync(temporary, content, { mode });
  renameSync(temporary, path);
}

/** The lines of an append-only JSON file; a last line cut off by a kill is left out. */
export function readJsonLines<Line>(path: string): Line[] {
  const lines = readIfPresent(path).split("\n");
  lines.pop();
  return lines.filter((line) => line !== "").map((line): Line => JSON.parse(line));
}

function readIfPresent(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
