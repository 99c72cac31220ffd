import type { IndexName } from "./names.ts";

/**
 * The side effects of the product, as small interfaces in its own words.
 * Real versions live in `aws/`, fakes in `test/fakes`, and one contract suite holds both to the same promises.
 */

/** Where an item lives. Every key starts with the program it belongs to, so that no read can cross programs. */
export interface Place {
  readonly pk: string;
  readonly sk: string;
}

export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };
export type Item = Place & Readonly<Record<string, Value | undefined>>;

/** What must hold of the stored item for a write to happen. Attributes are top-level ones. */
export type Condition =
  | { readonly absent: true }
  | { readonly equals: Readonly<Record<string, string | number>> }
  /** Nothing is stored yet, or what is stored has these values. */
  | { readonly absentOrEquals: Readonly<Record<string, string | number>> }
  /** Nothing is stored yet, or these attributes are at most so high. */
  | { readonly absentOrAtMost: Readonly<Record<string, number>> };

export type Write =
  | { readonly put: Item; readonly when?: Condition }
  | { readonly remove: Place; readonly when?: Condition }
  | { readonly check: Place; readonly when: Condition }
  /**
   * `add` sums numbers into top-level attributes (absent counts as 0; `a.b` means `b` in an existing map `a`), `set`
   * replaces attributes. Creates the item if absent.
   */
  | {
      readonly update: Place;
      readonly add?: Readonly<Record<string, number>>;
      readonly set?: Readonly<Record<string, Value>>;
      readonly when?: Condition;
    };

export interface Query {
  readonly pk: string;
  /** Only sort keys that begin with this. */
  readonly begins?: string;
  /** Read from an index instead of the table; such reads may lag by moments. */
  readonly index?: IndexName;
  /** Only items whose attribute holds this text; the others are read as well, and count towards no limit. */
  readonly holding?: { readonly attribute: string; readonly text: string };
  readonly newestFirst?: boolean;
  /** Start behind this sort key, in the direction of reading. */
  readonly after?: string;
  /** At most this many items; without it, all of them, page by page. */
  readonly limit?: number;
}

/** The time that a write has; without one, it is tried for as long as patience lasts. */
export interface WriteLimit {
  /**
   * Milliseconds from the call on. No request is sent behind them, and one under way is given up then. A duration rather
   * than an instant, so that the clock of a stamp and that of the machine need not agree.
   */
  readonly withinMs?: number;
}

export interface Table {
  /** Consistent reads, any number of them; the answer keeps the order, `undefined` where nothing is stored. */
  get(places: readonly Place[]): Promise<(Item | undefined)[]>;
  /** Pages in key order, consistent unless an index is named. */
  query(query: Query): AsyncIterable<readonly Item[]>;
  /** One conditional write; false when the condition does not hold. */
  write(write: Write): Promise<boolean>;
  /**
   * Puts each item where nothing is stored yet; for each, whether it was put, `undefined` where it was not because time
   * ran out. Not all or none, but cheap by the thousand.
   */
  insert(items: readonly Item[], limit?: WriteLimit): Promise<(boolean | undefined)[]>;
  /**
   * All of up to 100 writes, or none; the indexes of the writes whose condition failed, empty when all was written.
   * Throws `NotWritten` when time ran out and nothing was. Whether a request was carried out that had to be given up is
   * told by the items it puts, as an item that is put within a time is like no other; without any, another error is thrown.
   */
  transact(writes: readonly Write[], limit?: WriteLimit): Promise<readonly number[]>;
}

export interface StoredObject {
  readonly body: AsyncIterable<Uint8Array>;
  readonly bytes: number;
  readonly etag: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface ByteRange {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

export interface MultipartUpload {
  /** Parts in any order, numbered from 1 without gaps; all but the last by number have at least 5 MiB. */
  part(number: number, bytes: Uint8Array): Promise<void>;
  complete(): Promise<void>;
  abort(): Promise<void>;
  /** What another one can go on from. */
  atRest(): UploadAtRest;
}

/** An unfinished upload with the parts that are in. */
export interface UploadAtRest {
  readonly id: string;
  readonly parts: readonly { readonly number: number; readonly etag: string; readonly checksum: string }[];
}

/** One bucket. */
export interface ObjectStore {
  /** Undefined when there is no such object. */
  get(key: string, range?: ByteRange): Promise<StoredObject | undefined>;
  /** False when `ifAbsent` was asked for and the key is taken. */
  put(key: string, body: Uint8Array | string, options?: { type?: string; ifAbsent?: boolean }): Promise<boolean>;
  /** A copy within the bucket of exactly the version named; false when the object has changed or gone. */
  copy(from: string, to: string, etag: string): Promise<boolean>;
  /** The object appears when the upload is completed. */
  upload(key: string, options?: { type?: string }): Promise<MultipartUpload>;
  /** Goes on with an upload. Once it was completed or called off, its parts and its end throw `UploadGone`. */
  resume(key: string, at: UploadAtRest): MultipartUpload;
  /** Does not mind that there is no such object. */
  remove(key: string): Promise<void>;
}

/** Signs links that outlive the caller's own credentials. */
export interface LinkSigner {
  link(key: string, options: { minutes: number; filename: string }): Promise<string>;
}

/** What somebody without credentials of ours sends, as multipart/form-data with the file last, to put one object. */
export interface UploadForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Signs upload forms, each for exactly one key, so many bytes (and one at least) and so many minutes. */
export interface UploadLinkSigner {
  form(key: string, options: { maxBytes: number; minutes: number }): Promise<UploadForm>;
}

export interface Queue<Message> {
  /** Delivered at least once, after so many seconds (at most 900). */
  send(messages: readonly Message[], options?: { delaySeconds?: number }): Promise<void>;
}

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface Mailer {
  /** Throws `MailRefused` when the mail certainly did not leave. */
  send(mail: Mail): Promise<void>;
}

/** Why a request had no answer. `address_refused`: it would have gone where none of ours may go. */
export type HttpFailure = "address_refused" | "name_not_found" | "connection_failed" | "tls_failed" | "timed_out";

/**
 * Posts to an address that somebody else has chosen, and tells the status of the answer, whatever it is: redirects are not
 * followed. What is wrong out there is told, not thrown.
 */
export type HttpPost = (request: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}) => Promise<{ readonly status: number } | { readonly failure: HttpFailure }>;

/** Milliseconds since the epoch. */
export type Clock = () => number;

/** Waits before another attempt, or throws the cause when it has gone on for too long. */
export type Patience = (cause: unknown) => Promise<void>;

/** A fresh random identifier with its prefix, such as `part_3k9x...`: 128 random bits in base 32 digits. */
export type NewKey = (prefix: string) => string;

export interface Log {
  info(message: string, fields?: Readonly<Record<string, Value>>): void;
  warn(message: string, fields?: Readonly<Record<string, Value>>): void;
  error(message: string, fields?: Readonly<Record<string, Value | Error>>): void;
}
