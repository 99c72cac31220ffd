/** Values that may be said of some fields of a record: what is undefined is not said. */
export type Sayable<R, Name extends keyof R> = { readonly [Field in Name]?: R[Field] | undefined };

type Said<T> = { readonly [Field in keyof T]?: Exclude<T[Field], undefined> };

/** Only what is said, so that it can be laid over a record. */
export function said<T extends object>(sayable: T): Said<T>;
export function said(sayable: object): object {
  return Object.fromEntries(Object.entries(sayable).filter(([, value]) => value !== undefined));
}
