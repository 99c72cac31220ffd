import { describe, expect, it } from "vitest";
import { type ExportValues, exportRequest, optionOf } from "../../infra/export-request.ts";

const ms = (text: string) => Date.parse(text);

describe("the request for an export", () => {
  it.each<[string, ExportValues, object]>([
    ["nothing", {}, {}],
    ["an address", { email: "ada@x.example" }, { member_email: "ada@x.example" }],
    ["files", { files: "partners, rewards" }, { export_types: ["partners", "rewards"] }],
    [
      "whom it is about",
      { group: "gold", tag: "eu", manager: "Bo", partner: ["part_1", "p2"] },
      { group: "gold", tag: "eu", manager: "Bo", partners: ["part_1", "p2"] },
    ],
    ["those who are archived", { archived: true }, { archived: true }],
    ["those who are not", { "not-archived": true }, { archived: false }],
    ["a format", { format: "import" }, { format: "import" }],
    [
      "days, each of them whole",
      { from: "2026-03-01", to: "2026-03-01" },
      { from: ms("2026-03-01T00:00:00.000Z"), to: ms("2026-03-01T23:59:59.999Z") },
    ],
    [
      "instants, to the millisecond",
      { from: "2026-03-01T08:30:00+02:00", to: "2026-03-01 08:30" },
      { from: ms("2026-03-01T06:30:00Z"), to: ms("2026-03-01T08:30:00Z") },
    ],
    ["epoch milliseconds", { from: "1772323200000" }, { from: 1_772_323_200_000 }],
    [
      "when they joined",
      { "joined-from": "2024-02-29", "joined-to": "2024-02-29" },
      { joined_from: ms("2024-02-29T00:00:00.000Z"), joined_to: ms("2024-02-29T23:59:59.999Z") },
    ],
  ])("says %s, and nothing that was not given", (_, values, body) => {
    expect(exportRequest(values)).toEqual(body);
  });

  it.each<[string, ExportValues, RegExp]>([
    ["reversed days", { from: "2026-04-01", to: "2026-03-01" }, /^--from \(2026-04-01\) is later than --to \(2026-03-/],
    [
      "reversed joining",
      { "joined-from": "2026-04-01", "joined-to": "2026-03-31" },
      /^--joined-from .* than --joined-to/,
    ],
    ["an instant behind the end of a day", { from: "2026-03-02T00:00Z", to: "2026-03-01" }, /later than/],
    ["a day that there is not", { to: "2026-02-30" }, /^--to is "2026-02-30": there is no such day/],
    ["an hour that there is not", { from: "2026-02-03T25:00Z" }, /there is no such day or time/],
    ["a day before there were any", { from: "1969-12-31" }, /has to be 1970 or later/],
    ["a day in another form", { from: "03/04/2026" }, /has to be a day such as 2026-03-31, or an instant/],
    ["no day", { "joined-to": "" }, /^--joined-to is ""/],
    ["no file", { files: "" }, /^--files is ""/],
    ["a comma too many", { files: "partners,,rewards" }, /^--files is "partners,,rewards"/],
    ["both of two ways", { archived: true, "not-archived": true }, /not both/],
  ])("is not made of %s", (_, values, words) => {
    expect(() => exportRequest(values)).toThrow(words);
  });

  it("calls a field what the command calls it", () => {
    expect(["member_email", "export_types.1", "joined_from", "partners.0", "limit"].map(optionOf)).toEqual([
      "--email",
      "--files",
      "--joined-from",
      "--partner",
      undefined,
    ]);
  });
});
