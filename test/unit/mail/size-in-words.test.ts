import { expect, test } from "vitest";
import { sizeInWords } from "../../../shared/mail/size-in-words.ts";

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1000, "1 kB"],
  [1234, "1.23 kB"],
  [999_499, "999 kB"],
  [999_500, "1 MB"],
  [45_600_000, "45.6 MB"],
  [2_500_000_000_000_000, "2500 TB"],
])("says %i bytes as %s", (bytes, words) => {
  expect(sizeInWords(bytes)).toBe(words);
});
