import { expect, test } from "vitest";
import { createProgram, type ProgramInput } from "../../shared/access/create-program.ts";
import { programSettings } from "../../shared/exports/program-settings.ts";
import { type Group, group } from "../../shared/records/group.ts";
import { program } from "../../shared/records/program.ts";
import { readArchive } from "../unit/exports/read-archive.ts";
import { createWorld } from "./api-world.ts";
import { createExportWorld } from "./exports/export-world.ts";

const field = (number: number) => ({ api_name: `field_${number}`, label: `Field ${number}` });
const MANY = Array.from({ length: 30 }, (_, number) => field(number));

/** Everything that a program can be told, and as much of it as there may be. */
const INPUT: ProgramInput = {
  key: "acme",
  name: 'Acme, "Ltd"',
  currency: "JPY",
  admin_email: "ada@acme.example",
  rates: { EUR: "1.0842", JPY: "0.0067" },
  features: { deals_enabled: false, application_enabled: false },
  link_base: "https://acme.example/welcome?from=partner",
  partner_fields: [
    { api_name: "agreement", label: "Agreement", type: "flag", required: true },
    { api_name: "tier", type: "choice", options: ["Gold, first", "=silver"] },
  ],
  customer_fields: MANY,
  groups: [
    { name: "Affiliates", slug: "affiliates" },
    { name: "Affiliates", slug: "gold", default: true, lead_form: MANY, deal_form: MANY },
    {
      name: "東京",
      slug: "tokyo",
      archived: true,
      features: { leads_enabled: false, deals_enabled: true },
      lead_form: [],
      lead_statuses: [{ name: "=New" }, { name: "Demo held", api_name: "demo" }],
      deal_form: [
        { api_name: "close_date", label: "Signed on", required: true },
        { api_name: "amount", label: "Amount", required: true },
      ],
      deal_stages: [{ name: "Won" }],
      offers: "A tenth of every sale, for a year.",
    },
  ],
  teammates: [{ email: "bo@acme.example" }],
};

/** A program made of these settings, without what belongs to the one and not to its like. */
async function madeOf(input: ProgramInput) {
  const { access, ledger, clock } = createWorld();
  await createProgram(access, input);
  const [owner] = await ledger.read(program, [{ pk: `${input.key}/program`, sk: "#" }]);
  if (owner === undefined) throw new Error("there is no program");
  const groups: Group[] = [];
  for await (const { record } of ledger.collection(group, `${input.key}/groups`)) groups.push(record);
  const own = { program: "", key: "", created_at: clock(), updated_at: clock() };
  return {
    program: { ...owner.record, ...own },
    groups: groups.map((one) => ({ ...one, ...own })),
    settings: (): ProgramInput => JSON.parse(JSON.stringify(programSettings(owner.record, groups))),
  };
}

test("a program made of the settings of another has the same groups, forms, fields and rates", async () => {
  const first = await madeOf(INPUT);
  const second = await madeOf({ ...first.settings(), key: "like-acme" });
  expect(second.program).toEqual(first.program);
  expect(second.groups).toEqual(first.groups);
  expect(second.groups.map(({ deal_form }) => deal_form.length)).toEqual([3, 33, 3]);
  expect(second.settings()).toEqual({ ...first.settings(), key: "like-acme" });
});

test("so has one that was told nothing", async () => {
  const first = await madeOf({ key: "acme", name: "Acme", admin_email: "ada@acme.example" });
  const second = await madeOf(first.settings());
  expect([second.program, second.groups]).toEqual([first.program, first.groups]);
});

test.each([Infinity, 3])(
  "an export for importing holds them as they were at its cut-off, in sittings of %s looks at the clock",
  async (length) => {
    const world = createExportWorld({ sitting: () => length });
    await world.program("acme", [
      { key: "grup_1", name: "Default" },
      { key: "grup_2", name: "Agencies, large" },
    ]);
    await world.partner("part_1");
    await world.partner("part_2");
    const message = await world.request({ format: "import", files: ["partners", "customers"] });
    world.clock.advance(1);
    await world.renameGroup("grup_2", "Renamed");
    await world.changeRates({ USD: "1" });
    await world.deliver(message);
    const files = readArchive(Buffer.from(world.archive(message)));
    expect(files.map(({ name }) => name)).toEqual(["customers.csv", "partners.csv", "program.json", "manifest.json"]);
    expect(JSON.parse(files[2]?.content.toString() ?? "")).toMatchObject({
      key: "acme",
      rates: { EUR: "1.0842" },
      groups: [{ slug: "grup_1" }, { slug: "grup_2", name: "Agencies, large" }],
    });
    expect((await world.job(message)).files.map(({ name }) => name)).toEqual(["customers.csv", "partners.csv"]);
  },
);
