/** A line that is longer than any that S3 writes; its text is given up. */
const TOO_LONG = 64 * 1024;

export interface LogLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** The lines of a log, one after the other, in constant memory; blank ones are left out, and of endless ones the text. */
export async function* logLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<LogLine> {
  const decoder = new TextDecoder();
  let number = 0;
  let begun = "";
  const ended = (text: string): LogLine => ({ number: (number += 1), text: text.length > TOO_LONG ? "" : text });
  for await (const chunk of body) {
    const [first = "", ...others] = decoder.decode(chunk, { stream: true }).split("\n");
    // What has grown too long stays just that, however much of it is still to come.
    begun = (begun + first).slice(0, TOO_LONG + 1);
    for (const next of others) {
      if (begun.trim() === "") number += 1;
      else yield ended(begun);
      begun = next;
    }
  }
  begun += decoder.decode();
  if (begun.trim() !== "") yield ended(begun);
}
