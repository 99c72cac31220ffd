import { BUNDLE_PREFIX, SPOOL_PREFIX } from "../names.ts";

/** Where the bundle of an export lies in the export bucket. */
export const bundleKey = (program: string, exportKey: string): string =>
  `${BUNDLE_PREFIX}${program}/${exportKey}/bundle.zip`;

/** Where an export puts pieces aside; their names begin with the attempt that made them. */
export const spoolKey = (program: string, exportKey: string, piece: string): string =>
  `${SPOOL_PREFIX}${program}/${exportKey}/${piece}`;
