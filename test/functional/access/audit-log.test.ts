import { expect, test } from "vitest";
import { planKey } from "../../../shared/imports/drop.ts";
import { createAccessWorld, textOf } from "./access-world.ts";

const TRIGGER = {
  name: "Share",
  event: "transaction_created",
  effects: [{ type: "reward", percent: "10", description: "Share" }],
};

test("every deed of the API tells who did it, and from where", async () => {
  const { post, patch, del, addImport, addPartner, objects, deeds } = await createAccessWorld();
  await addPartner("part_1");
  const made = async (path: string, body: object) => textOf(await post(path, body), "key");
  const trigger = await made("/triggers", TRIGGER);
  await patch(`/triggers/${trigger}`, { name: "u" });
  await del(`/triggers/${trigger}`);
  await post(`/imports/${await made("/imports", { type: "customers", filename: "a.csv" })}/cancel`);
  const { key } = await addImport({ key: "imp_done" });
  const parts = [{ part: 0, from: 0, to: 9, line: 2, firstRow: 0, rows: 4, later: [] }];
  objects.drop(planKey("acme", key), JSON.stringify({ parts, rows: 4, triggers: [] }));
  await post(`/imports/${key}/undo`);
  await del(`/exports/${await made("/exports/base-records", { member_email: "ada@acme.example" })}`);
  const pair = await made("/key-pairs", { name: "a" });
  await post(`/key-pairs/${pair}/rotation`);
  await del(`/key-pairs/${pair}`);
  await del(`/tokens/${await made("/tokens", { partnership_key: "part_1", name: "a" })}`);
  const mate = `/teammates/${await made("/teammates", { email: "bo@acme.example" })}`;
  await patch(mate, { name: "Bo" });
  await del(mate);
  const told = await deeds();
  expect(told.map(({ action }) => action).toSorted()).toEqual([
    "export.created",
    "export.revoked",
    "import.canceled",
    "import.created",
    "import.undone",
    "key_pair.created",
    "key_pair.revoked",
    "key_pair.rotated",
    "teammate.added",
    "teammate.removed",
    "teammate.updated",
    "token.created",
    "token.revoked",
    "trigger.archived",
    "trigger.created",
    "trigger.updated",
  ]);
  for (const { action, actor, remote_ip } of told)
    expect([actor, remote_ip], action).toEqual([{ kind: "teammate", id: "ada@acme.example" }, "127.0.0.1"]);
  expect(JSON.stringify(told)).not.toContain("p.example");
});

test("a fresh link tells from where it was asked for, when its mail leaves", async () => {
  const { addExport, post, sendMails, deeds } = await createAccessWorld();
  await addExport();
  expect(await post("/exports/exp_1/link")).toMatchObject({ status: 200 });
  await sendMails();
  expect(await deeds()).toMatchObject([{ action: "export.link_sent", remote_ip: "127.0.0.1" }]);
});
