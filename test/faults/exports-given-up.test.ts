import { expect, test } from "vitest";
import { EXPORT_ATTEMPTS } from "../../shared/names.ts";
import { createExportWorld, type Ports } from "../functional/exports/export-world.ts";

const refused = () => Promise.reject(new Error("the world is broken"));

/** A program whose exporter has ports that can be broken and mended. */
async function breakable() {
  let broken: Partial<Ports> = {};
  const world = createExportWorld({
    around: (ports) => ({
      table: {
        ...ports.table,
        query: (query) => (broken.table ?? ports.table).query(query),
        write: (write) => (broken.table ?? ports.table).write(write),
      },
      bundles: { ...ports.bundles, upload: (...asked) => (broken.bundles ?? ports.bundles).upload(...asked) },
      mail: { send: (messages) => (broken.mail ?? ports.mail).send(messages) },
    }),
  });
  await world.program();
  await world.partner("part_1");
  const message = await world.request();
  world.clock.advance(5000);
  const { table, bundles } = world;
  const breakOff = (port: Partial<Ports>) => void (broken = { ...broken, ...port });
  const refusedOnce = () => {
    broken = {};
    return refused();
  };
  return {
    ...world,
    message,
    breaks: {
      bucket: () => breakOff({ bundles: { ...bundles, upload: refused } }),
      mailQueue: () => breakOff({ mail: { send: refused } }),
      reads: () =>
        breakOff({ table: { ...table, query: () => ({ [Symbol.asyncIterator]: () => ({ next: refused }) }) } }),
      nextWrite: () => breakOff({ table: { ...table, write: refusedOnce } }),
    },
    mend: () => void (broken = {}),
    /** The message, as often as the queue brings it before it gives it up. */
    async deliverAll() {
      for (let received = 1; received <= EXPORT_ATTEMPTS; received++) {
        await expect(world.deliver(message, received)).rejects.toThrow("the world is broken");
      }
    },
    async subjects() {
      await world.deliverMail();
      return world.mails.map(({ subject }) => subject);
    },
  };
}

const FAILED = "Your export of Acme did not work";
const READY = "Your export of Acme is ready";

test.each(["bucket", "reads"] as const)(
  "with the %s broken for good, the export fails, and one mail says so",
  async (what) => {
    const { message, breaks, deliver, deliverAll, job, bundles, clock, subjects, mend } = await breakable();
    breaks[what]();
    for (let received = 1; received < EXPORT_ATTEMPTS; received++) {
      await expect(deliver(message, received)).rejects.toThrow("the world is broken");
      expect(await job(message)).toMatchObject({ status: "running", reason: null });
      expect(await subjects()).toEqual([]);
    }
    await deliverAll();
    expect(await job(message)).toMatchObject({
      status: "failed",
      reason: "The bundle could not be built, in several attempts. The operator has been alerted.",
      finished_at: clock(),
      files: [],
    });
    expect(bundles.keys()).toEqual([]);
    expect(bundles.openUploads).toBe(0);
    expect(await subjects()).toEqual([FAILED]);

    // What failed stays failed: its requester has been told, and asks anew.
    mend();
    await deliver(message, 1);
    expect(await job(message)).toMatchObject({ status: "failed" });
    expect(bundles.keys()).toEqual([]);
    expect(await subjects()).toEqual([FAILED]);
  },
);

test("an export that never came as far as its first write fails all the same", async () => {
  const { message, breaks, deliver, job, subjects } = await breakable();
  for (let received = 1; received <= EXPORT_ATTEMPTS; received++) {
    expect(await job(message)).toMatchObject({ status: "queued" });
    breaks.nextWrite();
    await expect(deliver(message, received)).rejects.toThrow("the world is broken");
  }
  expect(await job(message)).toMatchObject({ status: "failed" });
  expect(await subjects()).toEqual([FAILED]);
});

test("given up just before its mail could be asked for, an export is mailed about when its message is brought back", async () => {
  const { message, breaks, mend, deliver, deliverAll, job, subjects } = await breakable();
  breaks.bucket();
  breaks.mailQueue();
  await deliverAll();
  expect(await job(message)).toMatchObject({ status: "failed" });
  expect(await subjects()).toEqual([]);
  mend();
  await deliver(message);
  expect(await subjects()).toEqual([FAILED]);
});

test("the mail queue being broken, a completed export stays completed, and its mail comes with the message put aside", async () => {
  const { message, breaks, mend, deliver, deliverAll, job, subjects, bundles } = await breakable();
  breaks.mailQueue();
  await deliverAll();
  expect(await job(message)).toMatchObject({ status: "completed", reason: null });
  expect(await subjects()).toEqual([]);
  mend();
  await deliver(message, 1);
  expect(await subjects()).toEqual([READY]);
  expect(bundles.keys()).toHaveLength(1);
});
