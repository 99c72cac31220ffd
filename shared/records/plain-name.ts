/** A name as people may write it differently: without regard to case, spaces, hyphens and underscores. */
export const plainName = (name: string): string =>
  name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s_-]+/g, "");
