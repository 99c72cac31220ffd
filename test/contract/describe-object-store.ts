import { beforeAll, describe, expect, it } from "vitest";
import { UploadGone } from "../../shared/errors.ts";
import type { ObjectStore, UploadAtRest, StoredObject } from "../../shared/ports.ts";

/** What makes an object store, and what takes it away. */
export type MakeObjectStore = () => Promise<{
  readonly store: ObjectStore;
  /** Uploads an object as its owner would, who is not part of the product. */
  readonly drop: (key: string, body: string, metadata: Record<string, string>) => Promise<void>;
  readonly typeOf: (key: string) => Promise<string | undefined>;
  readonly close?: () => Promise<void>;
}>;

const MIB = 1024 * 1024;
const KEY = "imports/odd key/ü+&?#%25 (1)'!*=@:,;$/世界 👋.csv";

/** The promises of the object store port. */
export function describeObjectStore(where: string, makeStore: MakeObjectStore): void {
  describe(`the object store ${where}`, () => {
    let made: Awaited<ReturnType<MakeObjectStore>>;
    let store: ObjectStore;
    let keys = 0;

    beforeAll(async () => {
      made = await makeStore();
      store = made.store;
      return made.close;
    });

    const freshKey = () => `work/${(keys += 1)}.txt`;
    const text = async (key: string) => asText(await store.get(key));
    const etag = async (key: string) => (await store.get(key))?.etag ?? "";

    it("gives back what was put, under whatever key", async () => {
      for (const key of [freshKey(), KEY]) {
        expect(await store.put(key, "Grüße, 世界 👋")).toBe(true);
        expect(await text(key)).toBe("Grüße, 世界 👋");
      }
    });

    it("gives back bytes as they were, in pieces, with their number", async () => {
      const key = freshKey();
      const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
      await store.put(key, bytes);
      const object = await store.get(key);
      expect(object?.bytes).toBe(300_000);
      expect(Buffer.compare(await asBytes(object), bytes)).toBe(0);
    });

    it("knows of no object where none is", async () => {
      expect(await store.get("nothing/here")).toBeUndefined();
      expect(await store.get("nothing/here", { from: 0, to: 1 })).toBeUndefined();
      expect(await store.get("nothing/here", { from: 3, to: 3 })).toBeUndefined();
    });

    it("keeps an empty object", async () => {
      const key = freshKey();
      await store.put(key, "");
      expect((await store.get(key))?.bytes).toBe(0);
      expect(await text(key)).toBe("");
    });

    it("gives the metadata that an object was uploaded with", async () => {
      const key = freshKey();
      await made.drop(key, "a", { "uploaded-by": "ada" });
      expect((await store.get(key))?.metadata).toEqual({ "uploaded-by": "ada" });
      expect((await store.get(key, { from: 9, to: 10 }))?.metadata).toEqual({ "uploaded-by": "ada" });
      await store.put(key, "b");
      expect((await store.get(key))?.metadata).toEqual({});
    });

    it("keeps the type of an object", async () => {
      const [put, uploaded] = [freshKey(), freshKey()];
      await store.put(put, "a", { type: "text/csv; charset=utf-8" });
      expect(await made.typeOf(put)).toBe("text/csv; charset=utf-8");
      const upload = await store.upload(uploaded, { type: "application/zip" });
      await upload.part(1, Buffer.from("a"));
      await upload.complete();
      expect(await made.typeOf(uploaded)).toBe("application/zip");
    });

    describe("ranges", () => {
      const ranges: [string, { from: number; to: number }, string][] = [
        ["the beginning", { from: 0, to: 3 }, "012"],
        ["one byte", { from: 4, to: 5 }, "4"],
        ["the end", { from: 7, to: 10 }, "789"],
        ["beyond the end", { from: 8, to: 100 }, "89"],
        ["from the end", { from: 10, to: 12 }, ""],
        ["past the end", { from: 50, to: 60 }, ""],
        ["nothing", { from: 3, to: 3 }, ""],
        ["nothing at all", { from: 0, to: 0 }, ""],
      ];

      it.each(ranges)("read %s, and say how large the whole object is", async (_, range, answer) => {
        const key = freshKey();
        await store.put(key, "0123456789");
        const object = await store.get(key, range);
        expect(await asText(object)).toBe(answer);
        expect(object?.bytes).toBe(10);
        expect(object?.etag).toBe(await etag(key));
      });

      it("of an empty object are empty", async () => {
        const key = freshKey();
        await store.put(key, "");
        const object = await store.get(key, { from: 0, to: 100 });
        expect(await asText(object)).toBe("");
        expect(object?.bytes).toBe(0);
      });
    });

    describe("put if absent", () => {
      it("takes a free key, and only a free key", async () => {
        const key = freshKey();
        expect(await store.put(key, "first", { ifAbsent: true })).toBe(true);
        expect(await store.put(key, "second", { ifAbsent: true })).toBe(false);
        expect(await text(key)).toBe("first");
        expect(await store.put(key, "third")).toBe(true);
        expect(await text(key)).toBe("third");
      });

      it("lets exactly one of many racing writers win", async () => {
        const key = freshKey();
        const race = Array.from({ length: 10 }, (_, writer) => store.put(key, String(writer), { ifAbsent: true }));
        const won = (await Promise.all(race)).flatMap((wins, writer) => (wins ? [String(writer)] : []));
        expect(won).toEqual([await text(key)]);
      });
    });

    describe("copy", () => {
      it("copies the version it was asked for", async () => {
        const to = `work/${KEY}`;
        await made.drop(KEY, "body", { "uploaded-by": "ada" });
        expect(await store.copy(KEY, to, await etag(KEY))).toBe(true);
        expect(await text(to)).toBe("body");
        expect((await store.get(to))?.metadata).toEqual({ "uploaded-by": "ada" });
      });

      it("copies no other version", async () => {
        const [from, to] = [freshKey(), freshKey()];
        await store.put(from, "old");
        const stale = await etag(from);
        await store.put(from, "new");
        expect(await store.copy(from, to, stale)).toBe(false);
        expect(await store.get(to)).toBeUndefined();
      });

      it("copies nothing that is gone", async () => {
        expect(await store.copy("nothing/here", freshKey(), '"d41d8cd98f00b204e9800998ecf8427e"')).toBe(false);
      });
    });

    describe("remove", () => {
      it("takes an object away, and no other", async () => {
        const [gone, kept] = [KEY, freshKey()];
        await store.put(gone, "a");
        await store.put(kept, "b");
        await store.remove(gone);
        expect(await store.get(gone)).toBeUndefined();
        expect(await text(kept)).toBe("b");
        expect(await store.put(gone, "again", { ifAbsent: true })).toBe(true);
      });

      it("does not mind that there is nothing", async () => {
        const key = freshKey();
        await store.put(key, "a");
        for (let time = 0; time < 2; time++) await store.remove(key);
        await store.remove("nothing/here");
        expect(await store.get(key)).toBeUndefined();
      });
    });

    describe("upload", () => {
      it("puts parts in their order, whatever order they came in", async () => {
        const key = freshKey();
        const upload = await store.upload(key);
        const part = (fill: number) => new Uint8Array(5 * MIB).fill(fill);
        await Promise.all([upload.part(3, Buffer.from("end")), upload.part(2, part(2))]);
        await upload.part(1, part(1));
        expect(await store.get(key)).toBeUndefined();
        await upload.complete();
        const bytes = await asBytes(await store.get(key));
        expect(bytes.length).toBe(10 * MIB + 3);
        const expected = Buffer.concat([part(1), part(2), Buffer.from("end")]);
        expect(Buffer.compare(bytes, expected)).toBe(0);
      });

      it.each([
        ["without a first part", [2]],
        ["with a part missing", [1, 3]],
        ["whose last part is numbered far away", [1, 2, 10_000]],
      ])("refuses an object %s", async (_, numbers) => {
        const key = freshKey();
        const upload = await store.upload(key);
        for (const number of numbers) await upload.part(number, new Uint8Array(5 * MIB));
        await expect(upload.complete()).rejects.toThrow(Error);
        await upload.abort();
        expect(await store.get(key)).toBeUndefined();
      });

      it("takes the last of parts with the same number", async () => {
        const key = freshKey();
        const upload = await store.upload(key);
        await upload.part(1, Buffer.from("first attempt"));
        await upload.part(1, Buffer.from("second"));
        await upload.complete();
        expect(await text(key)).toBe("second");
      });

      it("makes an empty object of no parts", async () => {
        const key = freshKey();
        await (await store.upload(key)).complete();
        expect(await text(key)).toBe("");
      });

      it("refuses small parts before the last", async () => {
        const key = freshKey();
        const upload = await store.upload(key);
        await upload.part(1, Buffer.from("small"));
        await upload.part(2, Buffer.from("end"));
        await expect(upload.complete()).rejects.toThrow(Error);
        await upload.abort();
        expect(await store.get(key)).toBeUndefined();
      });

      it("goes on with an upload whose parts so far are told", async () => {
        const key = freshKey();
        const begun = await store.upload(key);
        const part = (fill: number) => new Uint8Array(5 * MIB).fill(fill);
        await begun.part(1, part(1));
        await begun.part(2, part(2));
        const told = JSON.parse(JSON.stringify(begun.atRest())) as UploadAtRest;
        expect(told.parts.map(({ number }) => number)).toEqual([1, 2]);
        // What is sent after that is not told of, and so comes again.
        await begun.part(3, Buffer.from("lost"));
        const resumed = store.resume(key, told);
        expect(resumed.atRest()).toEqual(told);
        await resumed.part(3, Buffer.from("end"));
        await resumed.complete();
        const bytes = await asBytes(await store.get(key));
        expect(Buffer.compare(bytes, Buffer.concat([part(1), part(2), Buffer.from("end")]))).toBe(0);
      });

      it.each(["completed", "aborted"])("says that an upload is gone when it was %s", async (how) => {
        const key = freshKey();
        const begun = await store.upload(key);
        await begun.part(1, Buffer.from("a"));
        const told = begun.atRest();
        await (how === "completed" ? begun.complete() : begun.abort());
        await expect(store.resume(key, told).part(2, Buffer.from("b"))).rejects.toThrow(UploadGone);
      });

      it("leaves nothing behind when aborted", async () => {
        const key = freshKey();
        const upload = await store.upload(key);
        await upload.part(1, Buffer.from("a"));
        await upload.abort();
        await expect(upload.complete()).rejects.toThrow(Error);
        expect(await store.get(key)).toBeUndefined();
      });

      it("keeps what was there until it is complete", async () => {
        const key = freshKey();
        await store.put(key, "old");
        const upload = await store.upload(key);
        await upload.part(1, Buffer.from("new"));
        expect(await text(key)).toBe("old");
        await upload.complete();
        expect(await text(key)).toBe("new");
      });
    });
  });
}

async function asBytes(object: StoredObject | undefined): Promise<Buffer> {
  if (object === undefined) throw new Error("there is no such object");
  const chunks: Uint8Array[] = [];
  for await (const chunk of object.body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const asText = async (object: StoredObject | undefined): Promise<string> => (await asBytes(object)).toString();
