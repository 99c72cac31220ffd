import { type CellType, email, isEmail } from "./cell.ts";

/** Long enough to tell customers apart, and not a word or a number that slipped in the column. */
const TOKEN = /^(?=.*\d)(?=.*[a-z])[\w+/-]{16,254}={0,2}$/i;

/** Where no mail ever arrives, by RFC 2606; `.example` is left out, as whole sample programs live there. */
const NOBODY = /@(?:[^@]*\.)?(?:example\.(?:com|net|org)|invalid)$/i;

/** Whether a customer's e-mail address tells nobody who it is. */
export const isAnonymized = (value: string): boolean => !isEmail(value) || NOBODY.test(value);

/** A customer's e-mail address, or what stands for it. */
export const emailOrToken: CellType<string> = {
  format: "e-mail address, or a token of 16 or more letters and digits that stands for it",
  example: email.example,
  read: (cell) => (TOKEN.test(cell) ? cell : email.read(cell)),
};
