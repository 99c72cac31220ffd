import { BUNDLE_PREFIX } from "../names.ts";

/** Where the bundle of an export lies in the export bucket. */
export const bundleKey = (program: string, exportKey: string): string =>
  `${BUNDLE_PREFIX}${program}/${exportKey}/bundle.zip`;
