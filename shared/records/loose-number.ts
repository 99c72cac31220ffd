import { currencyMark, mayBe } from "./currency-sign.ts";
import type { Repair } from "./repair.ts";

/** A number as people and spreadsheets write it. */
export interface LooseNumber {
  /** Digits with at most one point, and a minus in front if it is negative. */
  readonly number: string;
  /** A currency code, or a sign that several currencies share. */
  readonly mark: string | undefined;
  readonly repairs: readonly Repair[];
}

const LONGEST = 64;

/** Three digits behind the only point or comma: a thousand to some, a decimal to others. */
const THREE_DIGITS = /^[1-9]\d{0,2}[.,]\d{3}$/;
const POINT = /^(?:\d+\.?\d*|\.\d+)$/;
const COMMA = /^\d*,\d+$/;
const SPACED = /^[1-9]\d{0,2}(?:[ '’]\d{3})+(?:[.,]\d+)?$/;
const COMMAS = /^(?:[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?|[1-9]\d?(?:,\d{2})+,\d{3}(?:\.\d*)?)$/;
const POINTS = /^(?:[1-9]\d{0,2}(?:\.\d{3}){2,}|[1-9]\d{0,2}(?:\.\d{3})+,\d+)$/;

const OTHER_MINUS = /[\u2010-\u2015\u2212\ufe63\uff0d]/g;
const LEADING_MARK = /^([A-Za-z]{3}(?![A-Za-z$¥])|[A-Za-z]{0,2}[$¥]|[^\s\w.,'’()+-])/;
const TRAILING_MARK = /([A-Za-z]{3}|[$¥]|[Zz][Łł]|[Kk][Čč]|[^\s\w.,'’()+-])$/;

/**
 * Reads a number with thousands separators, a decimal comma, currency marks, brackets or a minus behind. "ambiguous" is
 * what means one number to some people and another to others; it is never guessed.
 */
export function looseNumber(
  cell: string,
  { decimalCommas, whole }: { decimalCommas: boolean; whole: boolean },
): LooseNumber | "ambiguous" | undefined {
  if (cell.length > LONGEST) return undefined;
  const peeled = peel(cell);
  if (peeled === undefined) return undefined;
  const { body, negative, mark, repairs } = peeled;
  if (THREE_DIGITS.test(body) && (whole || decimalCommas || body.includes(","))) {
    const isThousands = body.includes(",") && !decimalCommas;
    if (!isThousands) return "ambiguous";
  }
  const digits = readDigits(body, repairs);
  return digits === undefined ? undefined : { number: negative ? `-${digits}` : digits, mark, repairs };
}

function readDigits(body: string, repairs: Repair[]): string | undefined {
  if (POINT.test(body)) return body;
  if (COMMAS.test(body)) return told(repairs, ["thousands_separator"], body.replaceAll(",", ""));
  if (COMMA.test(body)) return told(repairs, ["decimal_comma"], body.replace(",", "."));
  if (POINTS.test(body)) {
    const isDecimal: Repair[] = body.includes(",") ? ["decimal_comma"] : [];
    return told(repairs, ["thousands_separator", ...isDecimal], body.replaceAll(".", "").replace(",", "."));
  }
  if (SPACED.test(body)) {
    const isDecimal: Repair[] = body.includes(",") ? ["decimal_comma"] : [];
    return told(repairs, ["thousands_separator", ...isDecimal], body.replace(/[ '’]/g, "").replace(",", "."));
  }
  return undefined;
}

function told(repairs: Repair[], made: readonly Repair[], digits: string): string {
  repairs.push(...made);
  return digits;
}

/** Takes off what stands around the digits: signs, brackets, and at most two marks that agree. */
function peel(cell: string) {
  const plain = cell.replace(OTHER_MINUS, "-");
  const repairs: Repair[] = plain === cell ? [] : ["negative_form"];
  let body = plain.replace(/[\s\u200b-\u200f\u2060]+/g, " ").trim();
  let mark: string | undefined;
  let marks = 0;
  let sign: "-" | "+" | undefined;
  for (;;) {
    const bracketed = /^\((.+)\)$/.exec(body)?.[1];
    const behind = /^[^-+(]+-$/.test(body);
    if (bracketed !== undefined || behind) {
      if (sign !== undefined) return undefined;
      sign = "-";
      repairs.push("negative_form");
      body = (bracketed ?? body.slice(0, -1)).trim();
      continue;
    }
    if (body.startsWith("-") || body.startsWith("+")) {
      if (sign !== undefined) return undefined;
      sign = body.startsWith("-") ? "-" : "+";
      body = body.slice(1).trim();
      continue;
    }
    const leading = LEADING_MARK.exec(body)?.[0];
    const found = leading ?? TRAILING_MARK.exec(body)?.[0];
    if (found === undefined) break;
    const meant = currencyMark(found);
    marks += 1;
    if (meant === undefined || marks > 2) return undefined;
    const agreed = mark === undefined || mayBe(mark, meant) ? meant : mayBe(meant, mark) ? mark : undefined;
    if (agreed === undefined) return undefined;
    mark = agreed;
    body = (leading === undefined ? body.slice(0, -found.length) : body.slice(found.length)).trim();
  }
  if (mark !== undefined) repairs.push("currency_sign");
  return { body, negative: sign === "-", mark, repairs };
}
