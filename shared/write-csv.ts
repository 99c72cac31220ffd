const NEEDS_QUOTES = /["\r\n]|^ | $/;

/** One cell, quoted when it must be. */
export const csvCell = (value: string, delimiter = ","): string =>
  value.includes(delimiter) || NEEDS_QUOTES.test(value) ? `"${value.replaceAll('"', '""')}"` : value;

/** One line, ended as RFC 4180 asks. */
export const csvLine = (cells: readonly string[], delimiter = ","): string =>
  `${cells.map((cell) => csvCell(cell, delimiter)).join(delimiter)}\r\n`;
