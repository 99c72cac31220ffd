import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeZip } from "../unit/imports/make-zip.ts";
import { startCommand } from "./command-process.ts";
import { clientOf, linkIn, type PlatformClient, until } from "./platform-client.ts";
import {
  type Endpoints,
  freePort,
  type PlatformProcess,
  removeFolders,
  startPlatformProcess,
  temporaryFolder,
} from "./platform-process.ts";

const HEADER = "partner_first,partner_last,partner_email,partner_key";

const partners = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, at) => `Ada,No ${at},${prefix}${at}@x.example,${prefix}${at}`);

describe("npm run import", () => {
  const dataDir = temporaryFolder();
  let platform: PlatformProcess;
  let endpoints: Endpoints;
  let client: PlatformClient;

  beforeAll(async () => {
    platform = startPlatformProcess({ dataDir, port: await freePort(), args: ["--empty"] });
    await platform.ready;
    endpoints = platform.endpoints();
    client = clientOf(endpoints);
  }, 120_000);

  afterAll(async () => {
    client.close();
    await platform.killTree();
    removeFolders([dataDir]);
  });

  /** Runs the command in the folder of the data. */
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = { DATA_DIR: dataDir }) =>
    startCommand("import.ts", args, { INIT_CWD: dataDir, ...env }).ended;

  const write = (name: string, ...rows: readonly string[]) =>
    writeFileSync(join(dataDir, name), `${[HEADER, ...rows].join("\n")}\n`);

  const newest = async () => (await client.imports())[0];

  it("imports a file and says what came of it", async () => {
    write("good ü.csv", ...partners(1200, "good"));
    const { code, output } = await run(["good ü.csv", "--type", "partners", "--program", endpoints.program.key]);
    expect(output).toContain("████████████████████ 100 %  1,200 created");
    expect(output).toMatch(/Import imp_\w+ is completed\n {2}1,200 rows: 1,200 created\n$/);
    expect(code).toBe(0);
    expect(await newest()).toMatchObject({ status: "completed", filename: "good ü.csv", rows: { created: 1200 } });
  });

  it("tells the first failed rows, saves all of them, and ends with 1", async () => {
    const bad = Array.from({ length: 12 }, (_, at) => `Bo,Ng,bo(at)x.example,bad${at}`);
    write("mixed.csv", ...partners(2, "mixed"), ...bad);
    const { code, output } = await run(["mixed.csv", "--type", "partners", "--errors", "failed.csv"]);
    expect(code).toBe(1);
    expect(output).toContain("14 rows: 2 created, 12 failed");
    expect(output).toContain("The first 10 of 12 failed rows:");
    expect(output).toContain(
      'row 3 (line 4), partner_email: "bo(at)x.example" is not an e-mail address. Write it like',
    );
    expect(output.match(/^ {4}row \d+/gm)).toHaveLength(10);
    const saved = readFileSync(join(dataDir, "failed.csv"), "utf8").trim().split("\r\n");
    expect([saved.length, saved[0]]).toEqual([13, `${HEADER},row,column,code,message,hint`]);
  });

  it("hands the options on", async () => {
    write("options.csv", ...partners(1, "options"));
    const flags = ["--disable-triggers", "--send-invites", "--stop-above", "2.5", "--notify", client.admin];
    const { code, output } = await run(["options.csv", "--type", "partners", ...flags]);
    expect([code, output]).toEqual([0, expect.stringContaining("1 created")]);
    expect(await newest()).toMatchObject({
      options: {
        disable_triggers: true,
        send_invites: true,
        dry_run: false,
        error_policy: "stop_above",
        stop_above_percent: 2.5,
        notify: client.admin,
      },
    });
  });

  it("ends with 2 when the file cannot be imported, and says why", async () => {
    writeFileSync(join(dataDir, "wrong.csv"), "colour,size\nred,7\n");
    const { code, output } = await run(["wrong.csv", "--type", "partners"]);
    expect(output).toMatch(/Import imp_\w+ is failed: The first line holds none of the headers/);
    expect(code).toBe(2);
  });

  it("imports an archive, file by file", async () => {
    const archive = makeZip([
      ["customers.csv", "customer_key,email,partner_key\nz1,z1@y.example,zip0\n"],
      ["partners.csv", `${[HEADER, ...partners(2, "zip")].join("\n")}\n`],
    ]);
    writeFileSync(join(dataDir, "all.zip"), archive);
    const { code, output } = await run(["all.zip", "--type", "archive"]);
    expect(output).toMatch(/3 rows: 3 created\n {2}partners .* 2 created\n {2}customers .* 1 created\n$/);
    expect(code).toBe(0);
  });

  it("takes address and credentials, with a key pair or a token", async () => {
    write("given.csv", ...partners(1, "given"));
    const { publicKey, secretKey } = endpoints.otherProgram;
    const file = ["given.csv", "--type", "partners"];
    const elsewhere = { DATA_DIR: join(dataDir, "nothing here") };
    const byKey = ["--api", `${endpoints.api}/api/v2/`, "--key", `${publicKey}:${secretKey}`];
    expect(await run([...file, ...byKey], elsewhere)).toMatchObject({ code: 0 });
    const admin = endpoints.teammates.find(({ role }) => role === "admin")?.token ?? "";
    expect(await run([...file, "--api", endpoints.api, "--token", admin], elsewhere)).toMatchObject({ code: 0 });
    expect(await newest()).toMatchObject({ requested_by: client.admin });
  });

  it("imports nothing into a program that was not meant", async () => {
    write("elsewhere.csv", ...partners(1, "elsewhere"));
    const { publicKey, secretKey } = endpoints.otherProgram;
    const keys = ["--api", endpoints.api, "--key", `${publicKey}:${secretKey}`];
    const { code, output } = await run(["elsewhere.csv", "--type", "partners", "--program", "northwind", ...keys]);
    expect([code, output]).toEqual([2, expect.stringContaining('are of the program "contoso", not of "northwind"')]);
    const { text } = await client.call("GET", "/imports?limit=1", `Basic ${btoa(`${publicKey}:${secretKey}`)}`);
    expect(text).toContain('"status":"canceled"');
  });

  it.each<[string, readonly string[], RegExp]>([
    ["no file", ["--type", "partners"], /Which file\?/],
    ["a file that is not there", ["gone.csv", "--type", "partners"], /There is no file .*gone\.csv/],
    ["a folder", [".", "--type", "partners"], /is not a file/],
    ["no type", ["good ü.csv"], /--type is missing/],
    ["an unknown type", ["good ü.csv", "--type", "invoices"], /^type: 'invoices' is not one of \['partners', /],
    ["an unknown option", ["good ü.csv", "--typo", "partners"], /Unknown option '--typo'[\s\S]*--dry-run/],
    ["a limit that is none", ["good ü.csv", "--type", "partners", "--stop-above", "few"], /number from 0 to 100/],
    [
      "a policy of no meaning",
      ["good ü.csv", "--type", "partners", "--error-policy", "hope"],
      /options\.error_policy: 'hope'/,
    ],
    [
      "a stranger to notify",
      ["good ü.csv", "--type", "partners", "--notify", "eve@evil.example"],
      /--notify is no teammate/,
    ],
    ["an unknown program", ["good ü.csv", "--type", "partners", "--program", "acme"], /has no program "acme"/],
    ["half a key pair", ["good ü.csv", "--type", "partners", "--key", "pk"], /<public key>:<secret key>/],
    [
      "an address without credentials",
      ["good ü.csv", "--type", "partners", "--api", "http://127.0.0.1:1"],
      /--api needs --key/,
    ],
    ["no address", ["good ü.csv", "--type", "partners", "--api", "ledger", "--token", "t"], /--api is "ledger"/],
    [
      "nobody at the address",
      ["good ü.csv", "--type", "partners", "--api", "http://127.0.0.1:1", "--token", "t"],
      /cannot be reached/,
    ],
    [
      "unknown credentials",
      ["good ü.csv", "--type", "partners", "--token", "t"],
      /does not know these credentials \(401\)/,
    ],
  ])("refuses %s in words, with 2", async (_, args, words) => {
    const { code, output } = await run(args);
    expect(output).toMatch(words);
    expect(output).not.toMatch(/^\s+at /m);
    expect(code).toBe(2);
  });

  it("refuses a member without the permission", async () => {
    const member = endpoints.teammates.find(({ role }) => role === "member")?.token ?? "";
    const { code, output } = await run(["good ü.csv", "--type", "partners", "--token", member]);
    expect([code, output]).toEqual([2, expect.stringContaining("(403)")]);
  });

  it("says so when no platform runs here", async () => {
    const { code, output } = await run(["good ü.csv", "--type", "partners"], {
      DATA_DIR: join(dataDir, "nothing here"),
    });
    expect([code, output]).toEqual([2, expect.stringContaining("No platform runs on this machine")]);
  });

  it("explains itself", async () => {
    const { code, output } = await run(["--help"]);
    expect([code, output]).toEqual([0, expect.stringContaining("npm run import -- partners.csv --type partners")]);
  });

  it("saves an error file too large for the API, by its link", async () => {
    const long = "x".repeat(4_000);
    write("large.csv", ...Array.from({ length: 1_300 }, (_, at) => `${long},Ng,large${at}@x.example,large${at}`));
    const { code, output } = await run(["large.csv", "--type", "partners", "--errors", "large-failed.csv"]);
    expect([code, output]).toEqual([1, expect.stringContaining("1,300 failed")]);
    const saved = readFileSync(join(dataDir, "large-failed.csv"), "utf8").trim().split("\r\n");
    expect([saved.length, saved.at(-1)]).toEqual([1_301, expect.stringContaining(`${long},Ng,large1299@x.example`)]);
  });

  // The last one, as it moves the clock.
  it("is told in a mail whose link gives the error file, untouched and for half an hour", async () => {
    write("linked.csv", "Bo,Ng,bo(at)x.example,linked");
    await run(["linked.csv", "--type", "partners", "--errors", "linked-failed.csv"]);
    const mail = await until(async () =>
      (await client.mails()).find(({ subject }) => subject.startsWith("Import of linked.csv")),
    );
    const link = linkIn(mail) ?? "";
    const answer = await fetch(link);
    expect([answer.status, answer.headers.get("content-disposition")]).toEqual([
      200,
      'attachment; filename="linked-errors.csv"',
    ]);
    expect(await answer.text()).toBe(readFileSync(join(dataDir, "linked-failed.csv"), "utf8"));
    const plan = await fetch(link.replace("errors.csv?", "plan.json?"));
    const stretched = await fetch(link.replace("X-Amz-Expires=1800", "X-Amz-Expires=18000"));
    expect([plan.status, stretched.status]).toEqual([403, 403]);
    await client.advance(29 * 60_000);
    expect((await fetch(link)).status).toBe(200);
    await client.advance(2 * 60_000);
    expect((await fetch(link)).status).toBe(403);
  });
});
