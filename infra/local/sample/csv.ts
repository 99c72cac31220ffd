/** RFC 4180: quotes only where needed. The line end is the caller's, because real exports differ in it. */
export function toCsv(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  lineEnd: "\n" | "\r\n" = "\n",
): string {
  return [header, ...rows].map((row) => row.map(quoted).join(",") + lineEnd).join("");
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
