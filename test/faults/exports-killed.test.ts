import { createHash } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { bundleKey } from "../../shared/exports/bundle-key.ts";
import type { ExportMessage } from "../../shared/exports/export-bundle.ts";
import { EXPORT_ATTEMPTS, SPOOL_PREFIX } from "../../shared/names.ts";
import type { ExportJob } from "../../shared/records/export-job.ts";
import { createKillSwitch, type KillSwitch, Killed } from "../fakes/kill-switch.ts";
import { betweenPages } from "../functional/exports/between-pages.ts";
import { createExportWorld, type ExportWorld, type Ports } from "../functional/exports/export-world.ts";
import { lostAnswers } from "../functional/exports/lost-answers.ts";
import { noise } from "../unit/exports/noise.ts";

interface Attempts {
  readonly killSwitch?: KillSwitch;
  readonly around?: (ports: Ports) => Ports;
  readonly sitting?: (job: ExportJob) => number;
}

/** A program of a few records, and the request for its bundle. */
async function smallProgram(attempts: Attempts = {}) {
  const world = createExportWorld(attempts);
  await world.program();
  await world.partner("part_1");
  const buyer = await world.customer("cus_1", "part_1");
  await world.transaction("trx_1", buyer);
  await world.reward("rwrd_1", "part_1", { customer_key: "cus_1", transaction_key: "trx_1" });
  await world.customer("cus_2", null);
  const message = await world.request();
  world.clock.advance(5000);
  return { ...world, message };
}

/** A program whose transactions.csv takes several pieces and parts: each of its rows repeats a third of a megabyte. */
async function largeProgram(attempts: Attempts = {}) {
  const world = createExportWorld(attempts);
  await world.program();
  await world.partner("part_1", { tags: [noise(380_000)] });
  const buyer = await world.customer("cus_1", "part_1");
  for (let index = 0; index < 39; index++) await world.transaction(`trx_${index}`, buyer);
  return { ...world, message: await world.request() };
}

type Program = ExportWorld & { readonly message: ExportMessage };

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** What an export comes to when nothing goes wrong, and in how many steps that can. */
async function undisturbed(make: (attempts: Attempts) => Promise<Program>) {
  const killSwitch = createKillSwitch();
  const { message, deliver, archive, bundle, bundles, job } = await make({ killSwitch });
  killSwitch.revive();
  await deliver(message);
  const { steps } = killSwitch;
  const { manifest } = bundle(message);
  const { files } = await job(message);
  expect(files).toEqual(
    manifest.files.map(({ name, rows, bytes, sha256: hash }) => ({ name, rows, bytes, sha256: hash })),
  );
  const rests = bundles.keys().filter((key) => key.endsWith("/checkpoint.json"));
  const isUploadCut = rests.some((key) => bundles.text(key)?.includes('"upload":{'));
  return { steps, files, digest: sha256(archive(message)), isUploadCut };
}

type Undisturbed = Awaited<ReturnType<typeof undisturbed>>;

/** Completed, with the one bundle that an undisturbed export makes, and one mail that says so. */
async function expectDone({ message, ...world }: Program, { files, digest }: Undisturbed): Promise<void> {
  const done = { status: "completed", reason: null, progress: 100, finished_at: world.clock(), files };
  expect(await world.job(message)).toMatchObject(done);
  // The pieces of whatever attempts lie apart, where they expire.
  const isPiece = (key: string) => key.startsWith(`${SPOOL_PREFIX}acme/${message.key}/`);
  expect(world.bundles.keys().filter((key) => !isPiece(key))).toEqual([bundleKey("acme", message.key)]);
  expect(sha256(world.archive(message))).toBe(digest);
  await world.deliverMail();
  expect(world.mails.map(({ subject }) => subject)).toEqual(["Your export of Acme is ready"]);
}

/** Works but for its nth step. */
function faultAt(step: number): Pick<KillSwitch, "pass"> & { begin(): void; end(): void } {
  let steps = -Infinity;
  return {
    begin: () => void (steps = 0),
    end: () => void (steps = -Infinity),
    pass() {
      steps += 1;
      if (steps === step) throw new Killed(step);
    },
  };
}

const upTo = (steps: number): number[] => Array.from({ length: steps }, (_, index) => index + 1);

describe("a small program", () => {
  let plain: Undisturbed;
  beforeAll(async () => void (plain = await undisturbed(smallProgram)));

  test("takes six steps: a write before and after the upload, which takes three, and a message", () => {
    expect(plain.steps).toBe(6);
  });

  test("killed at any step, it is done when the message comes again", async () => {
    for (const step of upTo(plain.steps)) {
      const killSwitch = createKillSwitch();
      const program = await smallProgram({ killSwitch });
      killSwitch.killAt(step);
      // Also what the dying worker tries last must not hide what it died of.
      await expect(program.deliver(program.message), `${step}`).rejects.toThrow(new Killed(step).message);
      killSwitch.revive();
      await program.deliver(program.message, 2);
      await expectDone(program, plain);
    }
  });

  test("killed twice, at any two steps, it is done the third time", async () => {
    for (const first of upTo(plain.steps)) {
      for (const second of upTo(plain.steps)) {
        const killSwitch = createKillSwitch();
        const program = await smallProgram({ killSwitch });
        killSwitch.killAt(first);
        await expect(program.deliver(program.message)).rejects.toThrow("killed");
        killSwitch.killAt(second);
        // With less to do the second time, it may be done before its end comes.
        const isDone = await program.deliver(program.message, 2).then(
          () => true,
          () => false,
        );
        killSwitch.revive();
        if (!isDone) await program.deliver(program.message, 3);
        await expectDone(program, plain);
      }
    }
  });

  test("refused any one step, it leaves no upload behind and is done when the message comes again", async () => {
    for (const step of upTo(plain.steps)) {
      const fault = faultAt(step);
      const program = await smallProgram({ killSwitch: { ...createKillSwitch(), pass: fault.pass } });
      fault.begin();
      await expect(program.deliver(program.message)).rejects.toThrow(new Killed(step).message);
      expect(program.bundles.openUploads).toBe(0);
      await program.deliver(program.message, 2);
      await expectDone(program, plain);
    }
  });

  test("when any answer is lost, though the step was done, it is done when the message comes again", async () => {
    for (const step of upTo(plain.steps)) {
      const fault = faultAt(step);
      const program = await smallProgram({ around: lostAnswers(fault.pass) });
      fault.begin();
      await expect(program.deliver(program.message)).rejects.toThrow(new Killed(step).message);
      // An upload that begins without an answer has no name to call it off by.
      expect(program.bundles.openUploads).toBe(step === 2 ? 1 : 0);
      await program.deliver(program.message, 2);
      await expectDone(program, plain);
    }
  });

  test("delivered twice at once, it is done once", async () => {
    const program = await smallProgram();
    const { message, deliver } = program;
    await Promise.all([deliver(message), deliver(message)]);
    await expectDone(program, plain);
  });

  test("delivered again when it is done, it builds nothing and mails nothing", async () => {
    const program = await smallProgram();
    const { message, deliver, bundles } = program;
    await deliver(message);
    await bundles.remove(bundleKey("acme", message.key));
    await deliver(message, 2);
    expect(bundles.keys()).toEqual([]);
    await program.deliverMail();
    expect(program.mails).toHaveLength(1);
  });

  test.each(["finishes", "fails"])("a worker that was thought dead and %s last changes nothing", async (end) => {
    const gate = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    let pauses = 0;
    const between = async () => {
      pauses += 1;
      if (pauses !== 12) return;
      reached.resolve();
      await gate.promise;
    };
    const fault = faultAt(1);
    const killSwitch = { ...createKillSwitch(), pass: fault.pass };
    const program = await smallProgram({ killSwitch, around: betweenPages(100, between) });
    const { message, deliver, clock } = program;
    const slow = deliver(message, EXPORT_ATTEMPTS);
    await reached.promise;
    await deliver(message);
    const done = await program.job(message);
    // So much later that the slow one has progress to tell.
    clock.advance(60_000);
    if (end === "fails") fault.begin();
    gate.resolve();
    const ended = await slow.then(
      () => "finishes",
      () => "fails",
    );
    expect(ended).toBe(end);
    expect(await program.job(message)).toEqual(done);
    clock.advance(-60_000);
    await expectDone(program, plain);
  });
});

describe("a bundle of several pieces and parts", () => {
  let plain: Undisturbed;
  beforeAll(async () => void (plain = await undisturbed(largeProgram)));

  test("takes nine steps", () => {
    // Running, two pieces of transactions.csv, the upload, its two parts and its end, completed, and the mail.
    expect(plain.steps).toBe(9);
  });

  test("killed at any of them, it is done when the message comes again", async () => {
    for (const step of upTo(plain.steps)) {
      const killSwitch = createKillSwitch();
      const program = await largeProgram({ killSwitch });
      killSwitch.killAt(step);
      await expect(program.deliver(program.message)).rejects.toThrow(new Killed(step).message);
      killSwitch.revive();
      await program.deliver(program.message, 2);
      await expectDone(program, plain);
    }
  });

  test("refused any of them, it leaves no upload behind and is done when the message comes again", async () => {
    for (const step of upTo(plain.steps)) {
      const fault = faultAt(step);
      const program = await largeProgram({ killSwitch: { ...createKillSwitch(), pass: fault.pass } });
      fault.begin();
      await expect(program.deliver(program.message)).rejects.toThrow(new Killed(step).message);
      expect(program.bundles.openUploads).toBe(0);
      await program.deliver(program.message, 2);
      await expectDone(program, plain);
    }
  });

  test("when any answer is lost, though the step was done, it is done when the message comes again", async () => {
    for (const step of upTo(plain.steps)) {
      const fault = faultAt(step);
      const program = await largeProgram({ around: lostAnswers(fault.pass) });
      fault.begin();
      await expect(program.deliver(program.message)).rejects.toThrow(new Killed(step).message);
      expect(program.bundles.openUploads).toBe(step === 4 ? 1 : 0);
      await program.deliver(program.message, 2);
      await expectDone(program, plain);
    }
  });

  /** The attempts that have put pieces aside. */
  const attempts = ({ bundles, message }: Program) => {
    const prefix = `${SPOOL_PREFIX}acme/${message.key}/`;
    const pieces = bundles.keys().filter((key) => key.startsWith(prefix));
    return Object.values(Object.groupBy(pieces, (key) => key.slice(prefix.length).split("/")[0] ?? ""));
  };

  test("delivered twice at once, each attempt has pieces of its own, and it is done once", async () => {
    const program = await largeProgram();
    await Promise.all([program.deliver(program.message), program.deliver(program.message)]);
    expect(attempts(program).map((pieces) => pieces?.length)).toEqual([2, 2]);
    await expectDone(program, plain);
  });

  test.each([
    ["puts its first piece aside", "put", 1],
    ["puts its last piece aside", "put", 2],
    ["fetches its first piece", "get", 1],
    ["fetches its last piece", "get", 2],
    ["begins its upload", "upload", 1],
  ] as const)("an attempt held up as it %s, and overtaken by another, makes the same", async (_, held, nth) => {
    const gate = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    let calls = 0;
    const pause = async () => {
      calls += 1;
      if (calls !== nth) return;
      reached.resolve();
      await gate.promise;
    };
    const around = ({ bundles, ...others }: Ports): Ports => {
      const paused =
        <Asked extends readonly unknown[], Answer>(act: (...asked: Asked) => Promise<Answer>) =>
        async (...asked: Asked): Promise<Answer> => {
          await pause();
          return act(...asked);
        };
      const holding = {
        put: { put: paused(bundles.put) },
        get: { get: paused(bundles.get) },
        upload: { upload: paused(bundles.upload) },
      };
      return { ...others, bundles: { ...bundles, ...holding[held] } };
    };
    const program = await largeProgram({ around });
    const slow = program.deliver(program.message);
    await reached.promise;
    await program.deliver(program.message, 2);
    const done = await program.job(program.message);
    gate.resolve();
    await slow;
    expect(await program.job(program.message)).toEqual(done);
    expect(attempts(program).map((pieces) => pieces?.length)).toEqual([2, 2]);
    await expectDone(program, plain);
  });
});

describe.each([
  // Cut within the records, and between the ends of the files.
  { of: "a small program", make: smallProgram, sitting: () => 2, from: 1 },
  // All records at once; then cut within the upload, where the last steps are.
  { of: "a large one", make: largeProgram, sitting: ({ checkpoint }: ExportJob) => (checkpoint ? 0 : 43), from: -10 },
])("an export of several sittings, of $of", ({ make, sitting, from }) => {
  const inSittings = (attempts: Attempts = {}) => make({ ...attempts, sitting });
  let plain: Undisturbed;
  beforeAll(async () => void (plain = await undisturbed(inSittings)));

  const eachStep = () => upTo(plain.steps).slice(from < 0 ? from : from - 1);

  test("takes many steps, and comes to the files of one sitting", async () => {
    expect(plain.steps).toBeGreaterThan(18);
    expect(plain.files).toEqual((await undisturbed(make)).files);
    expect(plain.isUploadCut).toBe(make === largeProgram);
  });

  test("killed at any step, it goes on from its last checkpoint when the message comes again", async () => {
    for (const step of eachStep()) {
      const killSwitch = createKillSwitch();
      const program = await inSittings({ killSwitch });
      killSwitch.killAt(step);
      await expect(program.deliver(program.message), `${step}`).rejects.toThrow(new Killed(step).message);
      killSwitch.revive();
      await program.deliver(program.message, 2);
      await expectDone(program, plain);
      expect(program.bundles.openUploads, `${step}`).toBeLessThanOrEqual(1);
    }
  });

  test.each(["refused", "carried out, and its answer lost"])(
    "when any step is %s, it is done in the end",
    async (how) => {
      for (const step of eachStep()) {
        const { begin, end, pass } = faultAt(step);
        const killSwitch = { ...createKillSwitch(), pass };
        const program = await inSittings(how === "refused" ? { killSwitch } : { around: lostAnswers(pass) });
        begin();
        await program.deliver(program.message).catch(() => undefined);
        end();
        await program.deliver(program.message, 2);
        await expectDone(program, plain);
      }
    },
  );

  test("delivered twice at once, one of the two goes on, and it is done once", async () => {
    const program = await inSittings();
    await Promise.all([program.deliver(program.message), program.deliver(program.message)]);
    await expectDone(program, plain);
  });
});
