/** First and last name in one; null where there is neither. */
export const nameOf = (first: string | null, last: string | null): string | null =>
  [first, last].filter(Boolean).join(" ") || null;
