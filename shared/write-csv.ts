// Whatever separates cells in one kind of CSV: LibreOffice takes all three for separators unless it is told otherwise,
// and would find a formula in the middle of a text.
const NEEDS_QUOTES = /["\r\n,;\t]|^ | $/;

/** One cell, quoted when it must be. */
export const csvCell = (value: string, delimiter = ","): string =>
  value.includes(delimiter) || NEEDS_QUOTES.test(value) ? `"${value.replaceAll('"', '""')}"` : value;

/** One line, ended as RFC 4180 asks. */
export const csvLine = (cells: readonly string[], delimiter = ","): string =>
  `${cells.map((cell) => csvCell(cell, delimiter)).join(delimiter)}\r\n`;
