import type { MultipartUpload } from "../../../shared/ports.ts";

const LEAST_PART = 5 * 1024 * 1024;

/** An upload that keeps its parts, with the order they came in and what is on its way. */
export interface RecordingUpload extends MultipartUpload {
  /** Part numbers, in the order in which they were begun. */
  readonly begun: readonly number[];
  /** Bytes of parts that have arrived. */
  readonly arrived: number;
  readonly isComplete: boolean;
  /** The object, once it is complete. */
  object(): Buffer;
  /** Lengths of the parts, in number order. */
  sizes(): number[];
}

/** `onPart` and `onComplete` are waited for, and may fail. */
export function createRecordingUpload({
  onPart = async () => Promise.resolve(),
  onComplete = async () => Promise.resolve(),
}: { onPart?: (number: number) => Promise<void>; onComplete?: () => Promise<void> } = {}): RecordingUpload {
  const parts = new Map<number, Buffer>();
  const begun: number[] = [];
  let arrived = 0;
  let state: "open" | "complete" | "aborted" = "open";
  const inOrder = () => [...parts].toSorted(([a], [b]) => a - b).map(([, bytes]) => bytes);

  return {
    begun,
    get arrived() {
      return arrived;
    },
    get isComplete() {
      return state === "complete";
    },
    sizes: () => inOrder().map(({ length }) => length),
    object() {
      if (state !== "complete") throw new Error("the upload is not complete");
      return Buffer.concat(inOrder());
    },
    async part(number, bytes) {
      if (!Number.isInteger(number) || number < 1 || number > 10_000) throw new Error(`there is no part ${number}`);
      if (begun.includes(number)) throw new Error(`part ${number} comes twice`);
      begun.push(number);
      await onPart(number);
      if (state !== "open") throw new Error("NoSuchUpload");
      parts.set(number, Buffer.from(bytes));
      arrived += bytes.length;
    },
    async complete() {
      await onComplete();
      if (
        inOrder()
          .slice(0, -1)
          .some(({ length }) => length < LEAST_PART)
      )
        throw new Error("EntityTooSmall");
      state = "complete";
    },
    async abort() {
      await Promise.resolve();
      state = "aborted";
    },
  };
}
