import { beforeAll, describe, expect, it } from "vitest";
import { NotWritten } from "../../shared/errors.ts";
import type { IndexName } from "../../shared/names.ts";
import type { Condition, Item, Query, Table, Value, Write } from "../../shared/ports.ts";

/** What makes a table, and what takes it away. */
export type MakeTable = () => Promise<{ readonly table: Table; readonly close?: () => Promise<void> }>;

/** The promises of the table port. */
export function describeTable(where: string, makeTable: MakeTable): void {
  describe(`the table ${where}`, () => {
    let table: Table;
    let partitions = 0;

    beforeAll(async () => {
      const made = await makeTable();
      table = made.table;
      return made.close;
    });

    const freshPk = () => `program/${where}/${(partitions += 1)}`;
    const put = (item: Item) => table.write({ put: item });
    const read = async (pk: string, sk: string) => (await table.get([{ pk, sk }]))[0];
    const sks = async (query: Query) => (await collect(query)).map(({ sk }) => sk);

    async function collect(query: Query): Promise<Item[]> {
      const items: Item[] = [];
      for await (const page of table.query(query)) items.push(...page);
      return items;
    }

    async function fill(sortKeys: readonly string[], extra: Readonly<Record<string, Value>> = {}): Promise<string> {
      const pk = freshPk();
      for (const sk of sortKeys) await put({ ...extra, pk, sk });
      return pk;
    }

    describe("inserts", () => {
      it("puts each item where nothing is stored, and leaves what is there", async () => {
        const pk = freshPk();
        await put({ pk, sk: "30", from: "before" });
        const items = Array.from({ length: 60 }, (_, index) => ({
          pk,
          sk: String(index),
          from: "insert",
          "odd 'name'": index,
        }));
        expect(await table.insert(items)).toEqual(items.map(({ sk }) => sk !== "30"));
        const stored = await collect({ pk });
        expect(stored).toHaveLength(60);
        expect(stored.filter(({ from }) => from === "before").map(({ sk }) => sk)).toEqual(["30"]);
        expect(await read(pk, "7")).toEqual({ pk, sk: "7", from: "insert", "odd 'name'": 7 });
      });

      it("lets exactly one of several racing writers put an item", async () => {
        const pk = freshPk();
        const answers = await Promise.all(["a", "b", "c", "d"].map((who) => table.insert([{ pk, sk: "1", who }])));
        expect(answers.flat().filter(Boolean)).toHaveLength(1);
      });

      it("says so when there was no time to write, and is as good as without a limit when there is", async () => {
        const pk = await fill(["taken"]);
        const items = ["1", "taken"].map((sk) => ({ pk, sk, from: "insert" }));
        expect(await table.insert(items, { withinMs: 0 })).toEqual([undefined, undefined]);
        expect(await sks({ pk })).toEqual(["taken"]);
        expect(await table.insert(items, { withinMs: 60_000 })).toEqual([true, false]);
        expect(await sks({ pk })).toEqual(["1", "taken"]);
      });

      it("does nothing for no items", async () => {
        expect(await table.insert([])).toEqual([]);
      });
    });

    describe("values", () => {
      it("reads back what was written, of every kind and however nested", async () => {
        const item = {
          pk: freshPk(),
          sk: "1",
          text: "Grüße, 世界 👋\u0000\n",
          empty: "",
          zero: 0,
          negative: -12,
          fraction: 0.1,
          large: Number.MAX_SAFE_INTEGER,
          tiny: 1.5e-9,
          huge: 1e21,
          yes: true,
          no: false,
          nothing: null,
          list: ["a", 1, null, [true], { deep: [] }],
          map: { "": undefined, a: { b: { c: "d" } }, empty: {} },
        } as unknown as Item;
        await put(item);
        const { map, ...rest } = item;
        expect(await read(item.pk, "1")).toEqual({ ...rest, map: { a: { b: { c: "d" } }, empty: {} } });
        expect(map).toBeDefined();
      });

      it("leaves out what is undefined", async () => {
        const pk = freshPk();
        await put({ pk, sk: "1", gone: undefined, here: 1 });
        expect(Object.keys((await read(pk, "1")) ?? {}).toSorted()).toEqual(["here", "pk", "sk"]);
      });

      it("takes attribute names that mean something in expressions", async () => {
        const pk = freshPk();
        const names = [
          "size",
          "name#1",
          ":v",
          "a.b",
          "2026-03-31/amount/EUR",
          "with space",
          "ünïcode",
          "constructor",
          "toString",
        ];
        const odd = Object.fromEntries(names.map((attribute, index) => [attribute, index]));
        await put({ pk, sk: "1", ...odd });
        expect(await read(pk, "1")).toEqual({ pk, sk: "1", ...odd });
        expect(await table.write({ put: { pk, sk: "1" }, when: { equals: odd } })).toBe(true);
        expect(await table.write({ update: { pk, sk: "2" }, set: odd })).toBe(true);
        expect(await read(pk, "2")).toEqual({ pk, sk: "2", ...odd });
      });

      it("keeps what it was given even if the giver changes it afterwards", async () => {
        const pk = freshPk();
        const list = ["a"];
        await put({ pk, sk: "1", list });
        list.push("b");
        expect(await read(pk, "1")).toEqual({ pk, sk: "1", list: ["a"] });
      });

      it.each([NaN, Infinity, -Infinity])("refuses %d", async (number) => {
        await expect(put({ pk: freshPk(), sk: "1", number })).rejects.toThrow(Error);
      });

      it("refuses empty and overlong keys", async () => {
        await expect(put({ pk: "", sk: "1" })).rejects.toThrow(Error);
        await expect(put({ pk: freshPk(), sk: "" })).rejects.toThrow(Error);
        await expect(put({ pk: freshPk(), sk: "é".repeat(513) })).rejects.toThrow(Error);
        await expect(put({ pk: freshPk(), sk: "1", lpk: "l", lsk: "" })).rejects.toThrow(Error);
        expect(await put({ pk: freshPk(), sk: "é".repeat(512) })).toBe(true);
      });

      it("refuses items above 400 KB", async () => {
        await expect(put({ pk: freshPk(), sk: "1", text: "x".repeat(400 * 1024) })).rejects.toThrow(Error);
        expect(await put({ pk: freshPk(), sk: "1", text: "x".repeat(399 * 1024) })).toBe(true);
      });
    });

    describe("get", () => {
      it("answers in the order asked, with undefined where nothing is stored", async () => {
        const pk = await fill(["a", "b"]);
        const found = await table.get(["b", "missing", "a"].map((sk) => ({ pk, sk })));
        expect(found.map((item) => item?.sk)).toEqual(["b", undefined, "a"]);
      });

      it("answers a place asked for twice twice", async () => {
        const pk = await fill(["a"]);
        const found = await table.get(["a", "a", "z", "a"].map((sk) => ({ pk, sk })));
        expect(found.map((item) => item?.sk)).toEqual(["a", "a", undefined, "a"]);
      });

      it("tells apart keys whose parts only join to the same text", async () => {
        const pk = freshPk();
        await put({ pk: `${pk}a`, sk: "b", which: 1 });
        await put({ pk, sk: "ab", which: 2 });
        const found = await table.get([
          { pk: `${pk}a`, sk: "b" },
          { pk, sk: "ab" },
        ]);
        expect(found.map((item) => item?.["which"])).toEqual([1, 2]);
      });

      it("answers no question with no answer", async () => {
        expect(await table.get([])).toEqual([]);
      });

      it("reads more items, and more bytes, than one request carries", async () => {
        const pk = freshPk();
        const places = Array.from({ length: 130 }, (_, index) => ({ pk, sk: String(index) }));
        const text = "x".repeat(160_000);
        await Promise.all(places.map((place) => put({ ...place, text })));
        const found = await table.get(places);
        expect(found.map((item) => item?.sk)).toEqual(places.map(({ sk }) => sk));
      });
    });

    describe("query", () => {
      it("reads a partition in key order and nothing else", async () => {
        const pk = await fill(["b", "a", "c#2", "c#1"]);
        await put({ pk: `${pk}x`, sk: "a" });
        expect(await sks({ pk })).toEqual(["a", "b", "c#1", "c#2"]);
        expect(await sks({ pk, newestFirst: true })).toEqual(["c#2", "c#1", "b", "a"]);
        expect(await sks({ pk: freshPk() })).toEqual([]);
      });

      it("sorts by bytes, where an emoji comes behind a private-use character", async () => {
        const pk = await fill(["👋", "\uE000", "z", "é", "Z", "\uFFFD", "~"]);
        expect(await sks({ pk })).toEqual(["Z", "z", "~", "é", "\uE000", "\uFFFD", "👋"]);
      });

      const NAMES = ["a", "b", "b#1", "b#2", "b#3", "b$", "b\uD7FF", "c", "ß", "👋", "👋1"];
      const questions: [string, Omit<Query, "pk">, string[]][] = [
        ["a prefix", { begins: "b" }, ["b", "b#1", "b#2", "b#3", "b$", "b\uD7FF"]],
        ["a prefix that is a whole key", { begins: "b#2" }, ["b#2"]],
        ["a prefix nothing has", { begins: "x" }, []],
        ["an empty prefix", { begins: "", limit: 2 }, ["a", "b"]],
        ["behind a key", { after: "b#3" }, ["b$", "b\uD7FF", "c", "ß", "👋", "👋1"]],
        ["behind a key that is not there", { after: "b#25" }, ["b#3", "b$", "b\uD7FF", "c", "ß", "👋", "👋1"]],
        ["behind a key, backwards", { after: "b#2", newestFirst: true }, ["b#1", "b", "a"]],
        ["behind the last key", { after: "👋1" }, []],
        ["before the first key, backwards", { after: "a", newestFirst: true }, []],
        ["behind nothing", { after: "", limit: 1 }, ["a"]],
        ["behind nothing, backwards", { after: "", newestFirst: true }, []],
        ["a prefix, behind a key in it", { begins: "b#", after: "b#1" }, ["b#2", "b#3"]],
        [
          "a prefix, behind a key in it that is not there",
          { begins: "b", after: "b#15" },
          ["b#2", "b#3", "b$", "b\uD7FF"],
        ],
        ["a prefix, behind itself", { begins: "b", after: "b" }, ["b#1", "b#2", "b#3", "b$", "b\uD7FF"]],
        ["a prefix, behind its last key", { begins: "b#", after: "b#3" }, []],
        ["a prefix, behind a key before it", { begins: "b#", after: "a" }, ["b#1", "b#2", "b#3"]],
        ["a prefix, behind a key past it", { begins: "b#", after: "c" }, []],
        ["a prefix, behind a key in it, backwards", { begins: "b#", after: "b#3", newestFirst: true }, ["b#2", "b#1"]],
        [
          "a prefix, behind a key past it, backwards",
          { begins: "b#", after: "c", newestFirst: true },
          ["b#3", "b#2", "b#1"],
        ],
        ["a prefix, behind a key before it, backwards", { begins: "b#", after: "b", newestFirst: true }, []],
        ["a prefix, behind itself, backwards", { begins: "b", after: "b", newestFirst: true }, []],
        ["a prefix, behind nothing", { begins: "b#", after: "" }, ["b#1", "b#2", "b#3"]],
        ["a prefix beyond the basic plane", { begins: "👋", after: "👋" }, ["👋1"]],
        ["a prefix that ends before the surrogates", { begins: "b\uD7FF", after: "b\uD7FF" }, []],
        ["a limit", { limit: 3 }, ["a", "b", "b#1"]],
        ["a limit, backwards", { limit: 2, newestFirst: true }, ["👋1", "👋"]],
        ["a limit of none", { limit: 0 }, []],
        ["a limit above all there is", { limit: 100, begins: "c" }, ["c"]],
        ["prefix, key and limit", { begins: "b", after: "b", limit: 2 }, ["b#1", "b#2"]],
        [
          "prefix, key and limit, backwards",
          { begins: "b", after: "b#3", limit: 2, newestFirst: true },
          ["b#2", "b#1"],
        ],
      ];

      it("answers prefixes, positions and limits alone and together", async () => {
        const pk = await fill(NAMES);
        for (const [title, question, answer] of questions) {
          expect(await sks({ pk, ...question }), title).toEqual(answer);
        }
      });

      it("reads more than a page of 1 MB, and honours the limit over pages", async () => {
        const names = Array.from({ length: 45 }, (_, index) => `k${String(index).padStart(2, "0")}`);
        const pk = await fill(names, { text: "x".repeat(60_000) });
        const pages: number[] = [];
        for await (const page of table.query({ pk })) pages.push(page.length);
        expect(pages.length).toBeGreaterThan(1);
        expect(pages.every((length) => length > 0)).toBe(true);
        expect(await sks({ pk })).toEqual(names);
        expect(await sks({ pk, newestFirst: true })).toEqual(names.toReversed());
        expect(await sks({ pk, limit: 30 })).toEqual(names.slice(0, 30));
        expect(await sks({ pk, limit: 30, after: "k04" })).toEqual(names.slice(5, 35));
        expect(await sks({ pk, begins: "k", after: "k04" })).toEqual(names.slice(5));
        expect(await sks({ pk, limit: 25, after: "k40", newestFirst: true })).toEqual(names.slice(15, 40).toReversed());
      });

      it("goes on behind a page while items come and go", async () => {
        const names = Array.from({ length: 30 }, (_, index) => `k${String(index).padStart(2, "0")}`);
        const pk = await fill(names, { text: "x".repeat(60_000) });
        const seen: string[] = [];
        for await (const page of table.query({ pk })) {
          seen.push(...page.map(({ sk }) => sk));
          const last = page.at(-1)?.sk ?? "";
          await table.write({ remove: { pk, sk: last } });
          await put({ pk, sk: "a behind the reader" });
        }
        expect(seen).toEqual(names);
      });

      it("stops when its reader does", async () => {
        const pk = await fill(["a", "b"]);
        for await (const page of table.query({ pk })) {
          expect(page.length).toBe(2);
          break;
        }
      });
    });

    describe("the list index", () => {
      const listed = (pk: string, sk: string, lpk: string, lsk: string) => put({ pk, sk, lpk, lsk, of: sk });

      it("holds the items that carry its keys, across partitions", async () => {
        const [pk, other] = [freshPk(), freshPk()];
        const lpk = `${pk}#list`;
        await listed(pk, "1", lpk, "003#a");
        await listed(other, "1", lpk, "001#b");
        await listed(pk, "2", lpk, "002#c");
        await put({ pk, sk: "3" });
        await put({ pk, sk: "4", lpk });
        await listed(pk, "5", `${lpk}x`, "001#d");
        const lsks = async (query: Omit<Query, "pk">) =>
          (await collect({ pk: lpk, index: "list", ...query })).map(({ lsk }) => lsk);
        expect(await lsks({})).toEqual(["001#b", "002#c", "003#a"]);
        expect(await lsks({ newestFirst: true, limit: 2 })).toEqual(["003#a", "002#c"]);
        expect(await lsks({ newestFirst: true, after: "002#c" })).toEqual(["001#b"]);
        expect(await lsks({ begins: "00", after: "001#b" })).toEqual(["002#c", "003#a"]);
        expect(await lsks({ begins: "001" })).toEqual(["001#b"]);
      });

      it("gives whole items and follows their changes", async () => {
        const pk = freshPk();
        const lpk = `${pk}#list`;
        await listed(pk, "1", lpk, "1");
        await listed(pk, "2", lpk, "2");
        await listed(pk, "3", lpk, "3");
        await table.write({ update: { pk, sk: "1" }, set: { lsk: "9" } });
        await table.write({ put: { pk, sk: "2", of: "2" } });
        await table.write({ remove: { pk, sk: "3" } });
        expect(await collect({ pk: lpk, index: "list" })).toEqual([{ pk, sk: "1", lpk, lsk: "9", of: "1" }]);
      });

      it("leaves out every item with the sort key to start behind", async () => {
        const [pk, other] = [freshPk(), freshPk()];
        const lpk = `${pk}#list`;
        await listed(pk, "1", lpk, "same");
        await listed(other, "1", lpk, "same");
        await listed(pk, "2", lpk, "same more");
        const found = await collect({ pk: lpk, index: "list", begins: "same", after: "same", limit: 2 });
        expect(found.map(({ lsk }) => lsk)).toEqual(["same more"]);
        const all = await collect({ pk: lpk, index: "list" });
        expect(all.map(({ lsk }) => lsk)).toEqual(["same", "same", "same more"]);
      });
    });

    describe("further indexes", () => {
      it("hold the items that carry their keys, each its own", async () => {
        const pk = freshPk();
        await put({ pk, sk: "1", lpk: pk, lsk: "a", opk: pk, osk: "b", upk: pk, usk: "c", of: "1" });
        await put({ pk, sk: "2", opk: pk, osk: "a", of: "2" });
        const found = async (index: IndexName) => (await collect({ pk, index })).map(({ of }) => of);
        expect([await found("list"), await found("owned"), await found("updated")]).toEqual([["1"], ["2", "1"], ["1"]]);
      });

      it("hold only what they include, where that is said", async () => {
        const pk = freshPk();
        await put({ pk, sk: "1", spk: pk, ssk: "ada", search: "ada lovelace", of: "1" });
        expect(await collect({ pk, index: "search" })).toEqual([
          { pk, sk: "1", spk: pk, ssk: "ada", search: "ada lovelace" },
        ]);
      });

      it("tell only items that hold a text, wherever in it, as many as are asked for", async () => {
        const pk = freshPk();
        for (const [at, name] of ["ada", "bob", "adam", "nada", "ADA", "%d_"].entries()) {
          await put({ pk, sk: String(at), spk: pk, ssk: name, search: name });
        }
        const found = async (text: string, query: Partial<Query> = {}) =>
          (await collect({ pk, index: "search", holding: { attribute: "search", text }, ...query })).map(
            ({ ssk }) => ssk,
          );
        expect(await found("ada")).toEqual(["ada", "adam", "nada"]);
        expect(await found("ada", { limit: 2 })).toEqual(["ada", "adam"]);
        expect(await found("ada", { after: "ada", limit: 2 })).toEqual(["adam", "nada"]);
        expect(await found("%d_")).toEqual(["%d_"]);
        expect(await found("nobody")).toEqual([]);
      });
    });

    describe("conditions", () => {
      const stored = { text: "a", number: 5, zero: 0, digits: "5", flag: true };
      const cases: [string, Condition, { onItem: boolean; onNothing: boolean }][] = [
        ["absent", { absent: true }, { onItem: false, onNothing: true }],
        ["equal text", { equals: { text: "a" } }, { onItem: true, onNothing: false }],
        ["other text", { equals: { text: "b" } }, { onItem: false, onNothing: false }],
        ["equal number", { equals: { number: 5 } }, { onItem: true, onNothing: false }],
        ["zero", { equals: { zero: 0 } }, { onItem: true, onNothing: false }],
        ["number against its digits", { equals: { digits: 5 } }, { onItem: false, onNothing: false }],
        ["one equal, one not", { equals: { text: "a", number: 6 } }, { onItem: false, onNothing: false }],
        ["two equal", { equals: { text: "a", number: 5 } }, { onItem: true, onNothing: false }],
        ["attribute missing", { equals: { other: "a" } }, { onItem: false, onNothing: false }],
        ["nothing demanded to be equal", { equals: {} }, { onItem: true, onNothing: true }],
        ["absent or equal", { absentOrEquals: { text: "a" } }, { onItem: true, onNothing: true }],
        ["absent or two equal", { absentOrEquals: { text: "a", number: 6 } }, { onItem: false, onNothing: true }],
        ["absent or other", { absentOrEquals: { text: "b" } }, { onItem: false, onNothing: true }],
        ["absent or attribute missing", { absentOrEquals: { other: 1 } }, { onItem: false, onNothing: true }],
        ["absent or below the limit", { absentOrAtMost: { number: 6 } }, { onItem: true, onNothing: true }],
        ["absent or at the limit", { absentOrAtMost: { number: 5 } }, { onItem: true, onNothing: true }],
        ["absent or above the limit", { absentOrAtMost: { number: 4 } }, { onItem: false, onNothing: true }],
        ["absent or one of two above", { absentOrAtMost: { number: 5, zero: -1 } }, { onItem: false, onNothing: true }],
        ["absent or limited attribute missing", { absentOrAtMost: { other: 4 } }, { onItem: false, onNothing: true }],
        ["absent or limited attribute a text", { absentOrAtMost: { digits: 9 } }, { onItem: false, onNothing: true }],
      ];
      const kinds: [string, (pk: string, sk: string, when: Condition) => Write][] = [
        ["put", (pk, sk, when) => ({ put: { pk, sk, written: true }, when })],
        ["update", (pk, sk, when) => ({ update: { pk, sk }, set: { written: true }, add: { n: 1 }, when })],
        ["set", (pk, sk, when) => ({ update: { pk, sk }, set: { written: true }, when })],
        ["remove", (pk, sk, when) => ({ remove: { pk, sk }, when })],
        ["check", (pk, sk, when) => ({ check: { pk, sk }, when })],
        ["empty update", (pk, sk, when) => ({ update: { pk, sk }, when })],
      ];

      it.each(kinds)("decide a %s, alone and in a transaction", async (_, write) => {
        for (const [title, when, { onItem, onNothing }] of cases) {
          const pk = await fill(["item", "item in transaction"], stored);
          expect(await table.write(write(pk, "item", when)), `${title}, on an item`).toBe(onItem);
          expect(await table.write(write(pk, "none", when)), `${title}, on nothing`).toBe(onNothing);
          const inTransaction = (sk: string) => table.transact([write(pk, sk, when)]);
          expect(await inTransaction("item in transaction"), title).toEqual(onItem ? [] : [0]);
          expect(await inTransaction("none in transaction"), title).toEqual(onNothing ? [] : [0]);
          expect(await read(pk, "item in transaction"), title).toEqual(
            withoutKey(await read(pk, "item"), pk, "item in transaction"),
          );
          if (!onItem) expect(await read(pk, "item"), title).toEqual({ pk, sk: "item", ...stored });
          if (!onNothing) expect(await read(pk, "none"), title).toBeUndefined();
        }
      });
    });

    describe("write", () => {
      it("replaces an item whole", async () => {
        const pk = await fill(["1"], { old: 1 });
        await put({ pk, sk: "1", new: 2 });
        expect(await read(pk, "1")).toEqual({ pk, sk: "1", new: 2 });
      });

      it("removes an item, and minds nothing when there is none", async () => {
        const pk = await fill(["1"]);
        expect(await table.write({ remove: { pk, sk: "1" } })).toBe(true);
        expect(await table.write({ remove: { pk, sk: "1" } })).toBe(true);
        expect(await read(pk, "1")).toBeUndefined();
      });

      it("adds to counters, from nothing on and below zero", async () => {
        const pk = freshPk();
        const add = (amounts: Record<string, number>) => table.write({ update: { pk, sk: "1" }, add: amounts });
        expect(await add({ "2026-03-31/amount/EUR": 100, other: 1 })).toBe(true);
        expect(await add({ "2026-03-31/amount/EUR": -250, "2026-04-01/transactions": 0 })).toBe(true);
        expect(await read(pk, "1")).toEqual({
          pk,
          sk: "1",
          "2026-03-31/amount/EUR": -150,
          "2026-04-01/transactions": 0,
          other: 1,
        });
      });

      it("adds inside a map", async () => {
        const pk = await fill(["1"], { counts: { created: 2, "a/b": 1 }, created: 100 });
        await table.write({
          update: { pk, sk: "1" },
          add: { "counts.created": 3, "counts.failed": 1, "counts.a/b": 1, "counts.c.d": 1, created: 1 },
          set: { status: "running" },
        });
        expect(await read(pk, "1")).toEqual({
          pk,
          sk: "1",
          counts: { created: 5, failed: 1, "a/b": 2, "c.d": 1 },
          created: 101,
          status: "running",
        });
      });

      it("refuses to add inside a map that is not there, or to what is no number", async () => {
        const pk = await fill(["1"], { text: "a" });
        await expect(table.write({ update: { pk, sk: "1" }, add: { "counts.created": 1 } })).rejects.toThrow(Error);
        await expect(table.write({ update: { pk, sk: "2" }, add: { "counts.created": 1 } })).rejects.toThrow(Error);
        await expect(table.write({ update: { pk, sk: "1" }, add: { text: 1 } })).rejects.toThrow(Error);
        await expect(table.write({ update: { pk, sk: "1" }, set: { sk: "2" } })).rejects.toThrow(Error);
        await expect(table.write({ update: { pk, sk: "1" }, set: { n: 1 }, add: { n: 1 } })).rejects.toThrow(Error);
        expect(await read(pk, "1")).toEqual({ pk, sk: "1", text: "a" });
        expect(await read(pk, "2")).toBeUndefined();
      });

      it("sets attributes, keeps the others, and creates what is absent", async () => {
        const pk = await fill(["1"], { a: 1, b: { c: 1 } });
        await table.write({ update: { pk, sk: "1" }, set: { b: { d: [1] }, e: null } });
        await table.write({ update: { pk, sk: "2" }, set: { a: "x" } });
        expect(await read(pk, "1")).toEqual({ pk, sk: "1", a: 1, b: { d: [1] }, e: null });
        expect(await read(pk, "2")).toEqual({ pk, sk: "2", a: "x" });
      });

      it("writes nothing for an update that changes nothing", async () => {
        const pk = freshPk();
        expect(await table.write({ update: { pk, sk: "1" } })).toBe(true);
        expect(await table.write({ update: { pk, sk: "1" }, add: {}, set: {} })).toBe(true);
        expect(await table.transact([{ update: { pk, sk: "1" }, add: {} }, { put: { pk, sk: "2" } }])).toEqual([]);
        expect(await sks({ pk })).toEqual(["2"]);
      });

      it("lets exactly one of many racing writers win", async () => {
        const pk = freshPk();
        const race = Array.from({ length: 40 }, (_, writer) =>
          table.write({ put: { pk, sk: "1", writer }, when: { absent: true } }),
        );
        const won = (await Promise.all(race)).flatMap((wins, writer) => (wins ? [writer] : []));
        expect(won).toHaveLength(1);
        expect(await read(pk, "1")).toEqual({ pk, sk: "1", writer: won[0] });
      });

      it("loses none of many racing additions", async () => {
        const pk = freshPk();
        const add = () => table.write({ update: { pk, sk: "1" }, add: { n: 1 } });
        await Promise.all(Array.from({ length: 40 }, add));
        expect(await read(pk, "1")).toEqual({ pk, sk: "1", n: 40 });
      });

      it("lets a racing compare-and-set move forward one step at a time", async () => {
        const pk = await fill(["1"], { rev: 0 });
        const step = async (): Promise<void> => {
          const rev = Number((await read(pk, "1"))?.["rev"]);
          const next = { pk, sk: "1", rev: rev + 1 };
          if (!(await table.write({ put: next, when: { equals: { rev } } }))) await step();
        };
        await Promise.all(Array.from({ length: 10 }, step));
        expect(await read(pk, "1")).toEqual({ pk, sk: "1", rev: 10 });
      });
    });

    describe("transact", () => {
      it("does all kinds of writes together", async () => {
        const pk = await fill(["change", "remove", "check"], { n: 1 });
        const done = await table.transact([
          { put: { pk, sk: "new" }, when: { absent: true } },
          { update: { pk, sk: "change" }, add: { n: 1 }, set: { s: "x" }, when: { equals: { n: 1 } } },
          { remove: { pk, sk: "remove" }, when: { equals: { n: 1 } } },
          { check: { pk, sk: "check" }, when: { equals: { n: 1 } } },
          { update: { pk, sk: "counter" }, add: { n: 7 } },
        ]);
        expect(done).toEqual([]);
        expect(await collect({ pk })).toEqual([
          { pk, sk: "change", n: 2, s: "x" },
          { pk, sk: "check", n: 1 },
          { pk, sk: "counter", n: 7 },
          { pk, sk: "new" },
        ]);
      });

      it("names the writes whose condition failed and does none", async () => {
        const pk = await fill(["taken", "also taken"], { n: 1 });
        const failed = await table.transact([
          { put: { pk, sk: "new" }, when: { absent: true } },
          { put: { pk, sk: "taken" }, when: { absent: true } },
          { update: { pk, sk: "counter" }, add: { n: 1 } },
          { check: { pk, sk: "missing" }, when: { equals: { n: 1 } } },
          { remove: { pk, sk: "also taken" }, when: { equals: { n: 2 } } },
        ]);
        expect(failed).toEqual([1, 3, 4]);
        expect(await collect({ pk })).toEqual([
          { pk, sk: "also taken", n: 1 },
          { pk, sk: "taken", n: 1 },
        ]);
      });

      it("takes 100 writes and refuses more", async () => {
        const pk = freshPk();
        const writes = Array.from({ length: 101 }, (_, index): Write => ({
          put: { pk, sk: String(index).padStart(3, "0"), text: "x".repeat(2_000) },
          when: { absent: true },
        }));
        await expect(table.transact(writes)).rejects.toThrow(/101 writes/);
        expect(await sks({ pk })).toEqual([]);
        expect(await table.transact(writes.slice(0, 100))).toEqual([]);
        expect(await sks({ pk })).toHaveLength(100);
        expect(await table.transact(writes.slice(0, 100))).toEqual(Array.from({ length: 100 }, (_, index) => index));
      });

      it("refuses two writes on the same item", async () => {
        const pk = freshPk();
        const twice: Write[] = [{ put: { pk, sk: "1" } }, { check: { pk, sk: "1" }, when: { absent: true } }];
        await expect(table.transact(twice)).rejects.toThrow(/same item/);
        expect(await sks({ pk })).toEqual([]);
      });

      it("does nothing when one write makes no sense", async () => {
        const pk = await fill(["text"], { text: "a" });
        const writes: Write[] = [{ put: { pk, sk: "new" } }, { update: { pk, sk: "text" }, add: { text: 1 } }];
        await expect(table.transact(writes)).rejects.toThrow(Error);
        expect(await sks({ pk })).toEqual(["text"]);
      });

      it("has nothing to do for no writes", async () => {
        expect(await table.transact([])).toEqual([]);
      });

      it("says so when there was no time to write", async () => {
        const pk = freshPk();
        await expect(table.transact([{ put: { pk, sk: "1" } }], { withinMs: 0 })).rejects.toThrow(NotWritten);
        expect(await sks({ pk })).toEqual([]);
      });

      it("is as good as without a limit when there is time", async () => {
        const pk = await fill(["taken"]);
        const fresh = (sk: string): Write => ({ put: { pk, sk }, when: { absent: true } });
        expect(await table.transact([fresh("1"), fresh("taken")], { withinMs: 60_000 })).toEqual([1]);
        expect(await table.transact([fresh("1"), fresh("2")], { withinMs: 60_000 })).toEqual([]);
        expect(await sks({ pk })).toEqual(["1", "2", "taken"]);
      });

      it("lets exactly one of many racing transactions win, whole", async () => {
        const pk = freshPk();
        const race = Array.from({ length: 20 }, (_, writer) =>
          table.transact([
            { put: { pk, sk: "claim", writer }, when: { absent: true } },
            { put: { pk, sk: `record of ${writer}` } },
            { update: { pk, sk: "counter" }, add: { n: 1 } },
          ]),
        );
        const won = (await Promise.all(race)).flatMap((failed, writer) => (failed.length === 0 ? [writer] : []));
        expect(won).toHaveLength(1);
        expect(await collect({ pk })).toEqual([
          { pk, sk: "claim", writer: won[0] },
          { pk, sk: "counter", n: 1 },
          { pk, sk: `record of ${won[0]}` },
        ]);
      });
    });
  });
}

const withoutKey = (item: Item | undefined, pk: string, sk: string): Item | undefined => item && { ...item, pk, sk };
