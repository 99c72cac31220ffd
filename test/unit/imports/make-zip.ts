import { crc32, deflateRawSync } from "node:zlib";
import { centralDirectory, localHeader } from "../../../shared/exports/zip-format.ts";

/** A ZIP archive of these texts, by name; all deflated. */
export function makeZip(files: readonly (readonly [name: string, text: string])[]): Buffer {
  let offset = 0;
  const parts: Buffer[] = [];
  const entries = files.map(([name, text]) => {
    const bytes = Buffer.from(text);
    const packed = deflateRawSync(bytes);
    const entry = {
      name,
      crc: crc32(bytes),
      bytes: bytes.length,
      compressed: packed.length,
      offset,
      modified: Date.UTC(2026, 3, 1),
    };
    parts.push(localHeader(entry), packed);
    offset += localHeader(entry).length + packed.length;
    return entry;
  });
  return Buffer.concat([...parts, centralDirectory(entries, offset)]);
}
