import { type BundleFileName, bundleFileNames } from "./bundle-files.ts";

/** A report that can be asked for by its key: one file of a bundle alone. */
export interface Report {
  readonly key: string;
  readonly file: BundleFileName;
}

/** All reports there are, the same in every program. */
export const reports: readonly Report[] = bundleFileNames.map((file) => ({ key: `vrc_${file}`, file }));
