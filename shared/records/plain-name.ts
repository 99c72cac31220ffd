/** A name as it is compared: without regard to case, blanks, hyphens, underscores and what cannot be seen. */
export const plainName = (name: string): string =>
  name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s_\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u2010-\u2015\u2212-]+/g, "");
