/** A text as people search in it: letters alike however they are written. */
export const searchable = (text: string): string => text.normalize("NFKC").toLowerCase();
