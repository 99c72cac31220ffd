import { expect, test } from "vitest";
import * as z from "zod";
import type { Permission } from "../../../shared/access/permissions.ts";
import { bundleFileNames } from "../../../shared/exports/bundle-files.ts";
import { exportJob, exportPlace } from "../../../shared/records/export-job.ts";
import { createAccessWorld } from "./access-world.ts";

const EMAIL = "bo@acme.example";
const FORBIDDEN = { status: 403, text: '{"message":"Forbidden","status":403}' };

const aJob = z.object({ data: z.object({ key: z.string(), filters: z.object({ files: z.array(z.string()) }) }) });

async function worldWith(...permissions: Permission[]) {
  const world = await createAccessWorld();
  await world.hire("acme", { email: EMAIL, permissions });
  const ask = async (more: object = {}, authorization?: string) =>
    world.post("/exports/base-records", { member_email: EMAIL, ...more }, authorization);
  return {
    ...world,
    ask,
    filesOf: async (more: object = {}) => aJob.parse((await ask(more)).json).data.filters.files,
  };
}

test("who may export may have all files, whatever records they may read otherwise", async () => {
  const { filesOf } = await worldWith("exports:create", "records:read:customers");
  expect(await filesOf()).toEqual([...bundleFileNames]);
});

test("who may export some files gets those, of all or of the named ones", async () => {
  const { filesOf, ask } = await worldWith("exports:create:customers", "exports:create:rewards");
  expect(await filesOf()).toEqual(["customers", "rewards"]);
  expect(await filesOf({ export_types: ["rewards", "deals"] })).toEqual(["rewards"]);
  expect(await ask({ export_types: ["deals"] })).toMatchObject(FORBIDDEN);
});

test.each<[string, Permission[]]>([
  ["no permission", []],
  ["reading alone", ["records:read", "exports:read"]],
])("with %s there is nothing to export", async (_, permissions) => {
  const { ask } = await worldWith(...permissions);
  expect(await ask()).toMatchObject(FORBIDDEN);
});

test("who may export one kind may ask for themselves", async () => {
  const { ask, bearerOf } = await worldWith("exports:create:leads");
  const bo = await bearerOf({ program: "acme", kind: "teammate", email: EMAIL });
  expect(await ask({}, bo)).toMatchObject({ status: 200, json: { data: { filters: { files: ["leads"] } } } });
});

test("every file of a bundle has a permission of its own", async () => {
  for (const file of bundleFileNames) {
    const { filesOf } = await worldWith(`exports:create:${file}`);
    expect(await filesOf()).toEqual([file]);
  }
});

test("a bundle is mailed to who still may have all of its files when it leaves", async () => {
  const { ask, hire, ledger, mailQueue, sendMails, mails } = await worldWith(
    "exports:create:leads",
    "exports:create:deals",
  );
  const { key } = aJob.parse((await ask()).json).data;
  const [stored] = await ledger.read(exportJob, [exportPlace("acme", key)]);
  if (stored === undefined) throw new Error("there is no job");
  const set = { status: "completed", progress: 100, finished_at: stored.record.as_of };
  await ledger.advance(exportJob, stored.record, { set });
  const ready = { mail: "bundle-ready", program: "acme", key } as const;
  await hire("acme", { email: EMAIL, permissions: ["exports:create:leads"] });
  await mailQueue.send([ready]);
  await sendMails();
  expect(mails).toEqual([]);
  await hire("acme", { email: EMAIL, permissions: ["exports:create"] });
  await mailQueue.send([ready]);
  await sendMails();
  expect(mails).toMatchObject([{ to: EMAIL }]);
});
