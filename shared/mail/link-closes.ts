import { LINK_MINUTES } from "../names.ts";
import { instantCell } from "../records/bundle.ts";

/** A link to mail, and when it closes. */
export interface Download {
  readonly link: string;
  /** Epoch milliseconds. */
  readonly closesAt: number;
}

export const utc = (ms: number): string => `${instantCell(ms)} UTC`;

/** Tells until when a mailed link can be used. */
export const linkCloses = ({ closesAt }: Download): string =>
  `For security the link closes in ${LINK_MINUTES} minutes, at ${utc(closesAt)}.`;
