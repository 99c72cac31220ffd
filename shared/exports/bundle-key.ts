import { BUNDLE_PREFIX, SPOOL_PREFIX } from "../names.ts";

/** Where the bundle of an export lies in the export bucket. */
export const bundleKey = (program: string, exportKey: string): string =>
  `${BUNDLE_PREFIX}${program}/${exportKey}/bundle.zip`;

/** Where one attempt at an export puts pieces aside. */
export const spoolKey = (program: string, exportKey: string, attempt: string, piece: string): string =>
  `${SPOOL_PREFIX}${program}/${exportKey}/${attempt}/${piece}`;
