import { BUNDLE_PREFIX, SPOOL_PREFIX } from "../names.ts";

/** Where the bundle of an export lies in the export bucket. */
export const bundleKey = (program: string, exportKey: string): string =>
  `${BUNDLE_PREFIX}${program}/${exportKey}/bundle.zip`;

/** Whose bundle an object of the export bucket is; undefined when it is none. */
export function bundleOf(objectKey: string): { readonly program: string; readonly key: string } | undefined {
  const [program, key, file, ...rest] = objectKey.startsWith(BUNDLE_PREFIX)
    ? objectKey.slice(BUNDLE_PREFIX.length).split("/")
    : [];
  if (!program || !key || file !== "bundle.zip" || rest.length > 0) return undefined;
  return { program, key };
}

/** Where an export puts pieces aside; their names begin with the attempt that made them. */
export const spoolKey = (program: string, exportKey: string, piece: string): string =>
  `${SPOOL_PREFIX}${program}/${exportKey}/${piece}`;
