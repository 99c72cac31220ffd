import { expect, test } from "vitest";
import { noteDownloads } from "../../shared/exports/note-downloads.ts";
import { createLedger } from "../../shared/ledger/ledger.ts";
import { createFixedClock } from "../fakes/fixed-clock.ts";
import { createKillSwitch, type KillSwitch, Killed } from "../fakes/kill-switch.ts";
import { createMemoryObjectStore } from "../fakes/memory-object-store.ts";
import { createMemoryTable } from "../fakes/memory-table.ts";
import { createSilentLog } from "../fakes/silent-log.ts";
import { logLine } from "../unit/exports/access-log-texts.ts";

const OBJECT = "access/2026-04-01-13-17-12-5D9A1B7F00C2E3A4";
const DOWNLOADS = 20;

function worldOf(killSwitch: KillSwitch) {
  const table = createMemoryTable({ killSwitch });
  const logs = createMemoryObjectStore();
  const lines = Array.from({ length: DOWNLOADS }, (_, index) => logLine({ requestId: `R${index}` }));
  logs.drop(OBJECT, ["no line at all", ...lines].join("\n"));
  const note = noteDownloads({
    ledger: createLedger({ table, clock: createFixedClock() }),
    logs,
    log: createSilentLog(),
  });
  return { table, note: () => note(OBJECT) };
}

async function undisturbed() {
  const killSwitch = createKillSwitch();
  const { table, note } = worldOf(killSwitch);
  await note();
  return { steps: killSwitch.steps, items: table.items() };
}

test("killed at any write, every download is told once when the message comes again", async () => {
  const { steps, items } = await undisturbed();
  expect([steps, items.length]).toEqual([DOWNLOADS, DOWNLOADS]);
  for (let step = 1; step <= steps; step++) {
    const killSwitch = createKillSwitch();
    const { table, note } = worldOf(killSwitch);
    killSwitch.killAt(step);
    await expect(note(), `${step}`).rejects.toThrow(Killed);
    killSwitch.revive();
    await note();
    expect(table.items(), `${step}`).toEqual(items);
  }
});

test("when the answer to any write is lost, it is told once", async () => {
  const { steps, items } = await undisturbed();
  for (let step = 1; step <= steps; step++) {
    const { table, note } = worldOf(createKillSwitch());
    const { transact } = table;
    let writes = 0;
    table.transact = async (some) => {
      const answer = await transact(some);
      if ((writes += 1) === step) throw new Error("the answer is lost");
      return answer;
    };
    await expect(note(), `${step}`).rejects.toThrow("the answer is lost");
    await note();
    expect(table.items(), `${step}`).toEqual(items);
  }
});

test("two workers at once tell every download once", async () => {
  const { items } = await undisturbed();
  const { table, note } = worldOf(createKillSwitch());
  await Promise.all([note(), note()]);
  expect(table.items()).toEqual(items);
});
