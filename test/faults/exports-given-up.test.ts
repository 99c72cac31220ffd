import { expect, test } from "vitest";
import { EXPORT_ATTEMPTS } from "../../shared/names.ts";
import { createKillSwitch } from "../fakes/kill-switch.ts";
import { createExportWorld, type Ports } from "../functional/exports/export-world.ts";

/** What puts a message aside. */
const GIVEN_UP = "export exp_1 is given up";
const BROKEN = "the world is broken";

const refused = () => Promise.reject(new Error(BROKEN));

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
      bundles: {
        ...ports.bundles,
        put: (...asked) => (broken.bundles ?? ports.bundles).put(...asked),
        upload: (...asked) => (broken.bundles ?? ports.bundles).upload(...asked),
      },
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
      bucket: () => breakOff({ bundles: { ...bundles, put: refused, upload: refused } }),
      mailQueue: () => breakOff({ mail: { send: refused } }),
      reads: () =>
        breakOff({ table: { ...table, query: () => ({ [Symbol.asyncIterator]: () => ({ next: refused }) }) } }),
      nextWrite: () => breakOff({ table: { ...table, write: refusedOnce } }),
    },
    mend: () => void (broken = {}),
    /** The message, as often as the queue brings it before it puts it aside. */
    async deliverAll(last = GIVEN_UP) {
      for (let received = 1; received <= EXPORT_ATTEMPTS; received++) {
        await expect(world.deliver(message, received)).rejects.toThrow(BROKEN);
      }
      await expect(world.deliver(message, EXPORT_ATTEMPTS + 1)).rejects.toThrow(last);
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
    const { message, breaks, deliver, job, bundles, clock, subjects, mend } = await breakable();
    breaks[what]();
    for (let received = 1; received <= EXPORT_ATTEMPTS; received++) {
      await expect(deliver(message, received)).rejects.toThrow(BROKEN);
      expect(await job(message)).toMatchObject({ status: "running", reason: null });
      expect(await subjects()).toEqual([]);
    }
    // A table that cannot be queried can still be asked for the job.
    await expect(deliver(message, EXPORT_ATTEMPTS + 1)).rejects.toThrow(GIVEN_UP);
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
    await expect(deliver(message, received)).rejects.toThrow(BROKEN);
  }
  expect(await job(message)).toMatchObject({ status: "queued" });
  await expect(deliver(message, EXPORT_ATTEMPTS + 1)).rejects.toThrow(GIVEN_UP);
  expect(await job(message)).toMatchObject({ status: "failed" });
  expect(await subjects()).toEqual([FAILED]);
});

test("given up just before its mail could be asked for, an export is mailed about when its message is brought back", async () => {
  const { message, breaks, mend, deliver, deliverAll, job, subjects } = await breakable();
  breaks.bucket();
  breaks.mailQueue();
  await deliverAll(BROKEN);
  expect(await job(message)).toMatchObject({ status: "failed" });
  expect(await subjects()).toEqual([]);
  mend();
  await deliver(message);
  expect(await subjects()).toEqual([FAILED]);
});

test("the mail queue being broken, a completed export stays completed, and its mail comes with the message put aside", async () => {
  const { message, breaks, mend, deliver, deliverAll, job, subjects, bundles } = await breakable();
  breaks.mailQueue();
  await deliverAll(BROKEN);
  expect(await job(message)).toMatchObject({ status: "completed", reason: null });
  expect(await subjects()).toEqual([]);
  mend();
  await deliver(message, 1);
  expect(await subjects()).toEqual([READY]);
  expect(bundles.keys()).toHaveLength(1);
});

test("whatever killed its attempts, wherever, the delivery behind the last one gives an export up", async () => {
  // An attempt takes six steps; its last is to ask for the mail, by when it has come to its end.
  for (const step of [1, 2, 3, 4, 5]) {
    const killSwitch = createKillSwitch();
    const world = createExportWorld({ killSwitch });
    await world.program();
    await world.partner("part_1");
    const message = await world.request();
    for (let received = 1; received <= EXPORT_ATTEMPTS; received++) {
      killSwitch.killAt(step);
      await expect(world.deliver(message, received)).rejects.toThrow("killed");
      expect(await world.job(message)).toMatchObject({ reason: null, finished_at: null });
    }
    killSwitch.revive();
    await expect(world.deliver(message, EXPORT_ATTEMPTS + 1)).rejects.toThrow(GIVEN_UP);
    expect(await world.job(message)).toMatchObject({ status: "failed", finished_at: world.clock() });
    await world.deliverMail();
    expect(world.mails.map(({ subject }) => subject)).toEqual([FAILED]);
  }
});

test("killed while it is given up, an export is given up when its message is brought back", async () => {
  for (const step of [1, 2]) {
    const killSwitch = createKillSwitch();
    const world = createExportWorld({ killSwitch });
    await world.program();
    const message = await world.request();
    killSwitch.killAt(step);
    await expect(world.deliver(message, EXPORT_ATTEMPTS + 1)).rejects.toThrow("killed");
    killSwitch.revive();
    await expect(world.deliver(message, EXPORT_ATTEMPTS + 2)).rejects.toThrow(GIVEN_UP);
    expect(await world.job(message)).toMatchObject({ status: "failed" });
    await world.deliverMail();
    expect(world.mails.map(({ subject }) => subject)).toEqual([FAILED]);
  }
});

test("giving up changes nothing about an export that is done by now", async () => {
  const { message, deliver, job, subjects } = await breakable();
  await deliver(message);
  const done = await job(message);
  await expect(deliver(message, EXPORT_ATTEMPTS + 1)).rejects.toThrow(GIVEN_UP);
  expect(await job(message)).toEqual(done);
  expect(done).toMatchObject({ status: "completed" });
  expect(await subjects()).toEqual([READY]);
});

test("an attempt that was thought dead and finishes after the export was given up changes nothing", async () => {
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const world = createExportWorld({
    around: (ports) => ({
      ...ports,
      bundles: {
        ...ports.bundles,
        async upload(key, options) {
          reached.resolve();
          await gate.promise;
          return ports.bundles.upload(key, options);
        },
      },
    }),
  });
  await world.program();
  const message = await world.request();
  const slow = world.deliver(message, EXPORT_ATTEMPTS);
  await reached.promise;
  await expect(world.deliver(message, EXPORT_ATTEMPTS + 1)).rejects.toThrow(GIVEN_UP);
  const failed = await world.job(message);
  gate.resolve();
  await slow;
  expect(await world.job(message)).toEqual(failed);
  expect(failed).toMatchObject({ status: "failed" });
  await world.deliverMail();
  expect(world.mails.map(({ subject }) => subject)).toEqual([FAILED]);
});
