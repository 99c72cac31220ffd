import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { gunzip, isGzip } from "../../../shared/imports/gunzip.ts";

const packed = gzipSync("key,email\nu1,u1@x.io\n");

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function unpacked(bytes: Uint8Array, { size = 7, most }: { size?: number; most?: number } = {}): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of gunzip(inChunks(bytes, size), most)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const problem = (code: string, message: RegExp) =>
  expect.objectContaining({ name: "FileProblem", code, message: expect.stringMatching(message) });

describe("gunzip", () => {
  it("unpacks an archive, also one of several members, wherever chunks end", async () => {
    for (const size of [1, 7, 1000]) {
      expect(await unpacked(packed, { size })).toBe("key,email\nu1,u1@x.io\n");
      expect(await unpacked(Buffer.concat([packed, gzipSync("u2,u2@x.io\n")]), { size })).toBe(
        "key,email\nu1,u1@x.io\nu2,u2@x.io\n",
      );
    }
  });

  it("is known by its first bytes", () => {
    expect([packed, Buffer.from("key"), Buffer.alloc(0)].map(isGzip)).toEqual([true, false, false]);
  });

  it.each([
    ["cut off", packed.subarray(0, -9)],
    ["cut off within its header", packed.subarray(0, 5)],
    ["damaged", Buffer.concat([packed.subarray(0, 20), Buffer.from("zzzzz"), packed.subarray(25)])],
    ["of a wrong sum", Buffer.concat([packed.subarray(0, -8), Buffer.alloc(4, 1), packed.subarray(-4)])],
    ["of two bytes", Buffer.from([0x1f, 0x8b])],
  ])("tells of an archive that is %s", async (_, bytes) => {
    await expect(unpacked(bytes)).rejects.toThrow(problem("bad_gzip", /gzip archive is damaged/));
  });

  it("stops at an archive that holds too much", async () => {
    const bomb = gzipSync(Buffer.alloc(3_000_000));
    await expect(unpacked(bomb, { size: 1000, most: 1024 ** 2 })).rejects.toThrow(
      problem("too_large", /more than 0\.0009765625 GiB/),
    );
    expect(await unpacked(bomb, { most: 3_000_000 })).toHaveLength(3_000_000);
  });

  it("passes on what goes wrong with its source", async () => {
    const failing = async function* () {
      yield packed.subarray(0, 10);
      await Promise.reject(new Error("connection lost"));
    };
    await expect(async () => {
      for await (const chunk of gunzip(failing())) expect(chunk).toBeDefined();
    }).rejects.toThrow("connection lost");
  });

  it("may be left before its end", async () => {
    for await (const chunk of gunzip(inChunks(gzipSync(Buffer.alloc(1_000_000)), 100))) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
  });
});
