import { expect, test } from "vitest";
import type { Checkpoint } from "../../../shared/exports/checkpoint.ts";
import { SPOOL_PREFIX } from "../../../shared/names.ts";
import { makeProgram } from "./a-program.ts";
import { createExportWorld } from "./export-world.ts";
import { FILES } from "./read-bundle.ts";

/** The rows of a bundle whose every invocation has time for so many records, and how many invocations that took. */
async function inSittingsOf(records: number) {
  let sittings = 0;
  const sitting = () => {
    sittings += 1;
    return records;
  };
  const world = createExportWorld({ sitting });
  await makeProgram(world);
  for (const at of [1, 2, 3]) {
    await world.lead(`lead_${at}`, `part_${at}`, { customer_key: `cus_${at}` });
    await world.deal(`deal_${at}`, `part_${at}`, { customer_key: at === 2 ? null : `cus_${at + 10}` });
  }
  const message = await world.request();
  await world.deliver(message);
  const { manifest, ...bundle } = world.bundle(message);
  return { world, message, sittings, bundle, manifest };
}

test("however short its sittings are, a bundle is the same", async () => {
  const whole = await inSittingsOf(Infinity);
  expect(whole.sittings).toBe(1);
  const records = whole.manifest.files.reduce((sum, { rows }) => sum + rows, 0);
  for (const length of [1, 2, 3, 7, 50]) {
    const cut = await inSittingsOf(length);
    expect(cut.bundle, `${length}`).toEqual(whole.bundle);
    // Rows, sums, bytes and digests.
    expect(cut.manifest, `${length}`).toEqual(whole.manifest);
    // Of each partner there is a record and two rows.
    expect(cut.sittings, `${length}`).toBeGreaterThan((records - 12) / (length + 1) / 2);
  }
});

test("an export of several sittings ends like any other: one bundle, one mail, a job that says so", async () => {
  const { world, message, manifest, sittings } = await inSittingsOf(5);
  expect(sittings).toBeGreaterThan(10);
  const { status, progress, files, rows, bytes } = await world.job(message);
  const sum = (pick: (file: (typeof files)[number]) => number) => files.reduce((total, file) => total + pick(file), 0);
  expect({ status, progress, rows, bytes }).toEqual({
    status: "completed",
    progress: 100,
    rows: sum((file) => file.rows),
    bytes: sum((file) => file.bytes),
  });
  expect(files.map(({ name }) => name)).toEqual(FILES.map((name) => `${name}.csv`));
  expect(manifest.files).toHaveLength(7);
  expect(world.bundles.keys().filter((key) => !key.startsWith(SPOOL_PREFIX))).toHaveLength(1);
  expect(world.bundles.openUploads).toBe(0);
  await world.deliverMail();
  expect(world.mails.map(({ subject }) => subject)).toEqual(["Your export of Acme is ready"]);
});

test("time that is up when the last record is written is not spent on the ends of files, whose digests may take long", async () => {
  const world = createExportWorld({ sitting: ({ checkpoint }) => (checkpoint === null ? 2 : 0) });
  await world.program();
  await world.partner("part_1");
  await world.partner("part_2");
  const message = await world.request();
  await world.deliver(message);
  const [first = ""] = world.bundles.keys().filter((key) => key.endsWith("/checkpoint.json"));
  const { walk, files } = JSON.parse(world.bundles.text(first) ?? "{}") as Pick<Checkpoint, "walk" | "files">;
  expect({ walk, ended: files.filter(({ ended }) => ended) }).toEqual({ walk: null, ended: [] });
  expect(await world.job(message)).toMatchObject({ status: "completed" });
});

test("a first sitting that was thought dead does not undo what others have done since", async () => {
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  let slow = Promise.resolve();
  let rests = 0;
  let known: readonly (string | null)[] = [];
  const world = createExportWorld({
    sitting: () => 5,
    around: (ports) => ({
      ...ports,
      bundles: {
        ...ports.bundles,
        async put(key, body, options) {
          const nth = key.endsWith("/checkpoint.json") ? (rests += 1) : 0;
          if (nth === 1) {
            reached.resolve();
            await gate.promise;
          }
          if (nth === 4) {
            const before = await world.job(message);
            gate.resolve();
            await slow;
            known = [before.checkpoint, (await world.job(message)).checkpoint];
          }
          return ports.bundles.put(key, body, options);
        },
      },
    }),
  });
  await makeProgram(world);
  const message = await world.request();
  slow = world.deliver(message);
  await reached.promise;
  await world.deliver(message, 2);
  expect(known[0]).not.toBeNull();
  expect(known[1]).toBe(known[0]);
  expect(await world.job(message)).toMatchObject({ status: "completed" });
});

test("taken back between two sittings, it goes no further and leaves no bundle", async () => {
  let sittings = 0;
  const world = createExportWorld({
    sitting: () => {
      sittings += 1;
      return 5;
    },
    around: (ports) => ({
      ...ports,
      bundles: {
        ...ports.bundles,
        async put(key, body, options) {
          if (sittings === 3 && key.endsWith("checkpoint.json")) await world.revoke(message);
          return ports.bundles.put(key, body, options);
        },
      },
    }),
  });
  await makeProgram(world);
  const message = await world.request();
  await world.deliver(message);
  expect(sittings).toBe(3);
  expect(world.bundles.keys().filter((key) => !key.startsWith(SPOOL_PREFIX))).toEqual([]);
  await world.deliverMail();
  expect(world.mails).toEqual([]);
});

test.each(["while it is built", "when its upload is on its way"])(
  "taken back %s, it leaves no bundle",
  async (when) => {
    const world = createExportWorld({
      around: (ports) => ({
        ...ports,
        table: {
          ...ports.table,
          async *query(query) {
            if (when === "while it is built" && query.pk.endsWith("/direct/7")) await world.revoke(message);
            yield* ports.table.query(query);
          },
        },
        bundles: {
          ...ports.bundles,
          async upload(key, options) {
            const upload = await ports.bundles.upload(key, options);
            const complete = async () => {
              if (when !== "while it is built") await world.revoke(message);
              await upload.complete();
            };
            return { ...upload, complete };
          },
        },
      }),
    });
    await makeProgram(world);
    const message = await world.request();
    await world.deliver(message);
    expect(world.bundles.keys().filter((key) => !key.startsWith(SPOOL_PREFIX))).toEqual([]);
    expect(await world.job(message)).toMatchObject({ status: "failed", files: [] });
    await world.deliverMail();
    expect(world.mails).toEqual([]);
  },
);
