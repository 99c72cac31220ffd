import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listen } from "../../infra/local/listen.ts";
import { startCommand } from "./command-process.ts";
import { basic, clientOf, type ExportJob, linkIn, type List, type PlatformClient } from "./platform-client.ts";
import {
  type Endpoints,
  freePort,
  type PlatformProcess,
  removeFolders,
  startPlatformProcess,
  temporaryFolder,
} from "./platform-process.ts";

describe("npm run export", () => {
  const dataDir = temporaryFolder();
  let platform: PlatformProcess;
  let endpoints: Endpoints;
  let client: PlatformClient;

  beforeAll(async () => {
    platform = startPlatformProcess({ dataDir, port: await freePort(), args: ["--empty"] });
    await platform.ready;
    endpoints = platform.endpoints();
    client = clientOf(endpoints);
    const rows = [
      "partner_first,partner_last,partner_email,partner_key,partner_tags,partner_manager",
      "Ada,No,a@x.example,a,Gold,grace@x.example",
      "Bo,Ng,b@x.example,b,,",
    ];
    const { key } = await client.open("partners", "few.csv", rows.join("\n"));
    await client.whenOver(key);
  }, 120_000);

  afterAll(async () => {
    client.close();
    await platform.killTree();
    removeFolders([dataDir]);
  });

  const run = (args: readonly string[], env: Readonly<Record<string, string>> = { DATA_DIR: dataDir }) =>
    startCommand("export.ts", args, env).ended;

  const exports = async () =>
    (await client.data<List<ExportJob & { filters: object; member_email: string }>>("GET", "/exports?limit=250")).items;

  it("exports everything for the administrator, says where the mail is, and shows no link", async () => {
    const { code, output } = await run(["--program", endpoints.program.key]);
    expect(output).toMatch(/████████████████████ 100 %/);
    expect(output).toMatch(/Export exp_\w+ is completed, as of \d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} UTC/);
    expect(output).toMatch(/^ {4}partners\.csv +2 rows +[\d,]+ bytes$/m);
    expect(output).toMatch(new RegExp(`Mailed to ${client.admin}; the link closes at \\d{2}:\\d{2} UTC\\.`));
    expect(output).toContain(endpoints.mailbox);
    expect(code).toBe(0);
    const [job] = await exports();
    const mail = (await client.mails()).find((one) => linkIn(one)?.includes(`/${job?.key}/`));
    expect(mail).toMatchObject({ to: client.admin });
    expect(output).not.toContain("X-Amz");
  });

  it("hands the choice on", async () => {
    const time = ["--from", "2026-01-01", "--to", "2026-03-31"];
    const { code, output } = await run(["--files", "rewards,partners", ...time, "--email", client.admin]);
    expect([code, output]).toEqual([0, expect.stringMatching(/partners\.csv.*\n.*rewards\.csv.*\n {2}Mailed/)]);
    expect((await exports())[0]).toMatchObject({
      filters: {
        files: ["partners", "rewards"],
        all_time: false,
        from: Date.UTC(2026, 0, 1),
        to: Date.UTC(2026, 3, 1) - 1,
      },
    });
  });

  it("hands the choice of partners and the format on", async () => {
    const joined = ["--joined-from", "2020-02-29", "--joined-to", "2199-12-31"];
    const partners = ["--partner", "a", "--partner", "b@x.example"];
    const { code, output } = await run(["--format", "import", "--not-archived", ...joined, ...partners]);
    expect([code, output]).toEqual([0, expect.stringMatching(/partners\.csv +2 rows/)]);
    expect(output).not.toContain("applications.csv");
    expect((await exports())[0]).toMatchObject({
      filters: {
        format: "import",
        archived: false,
        joined_from: Date.UTC(2020, 1, 29),
        joined_to: Date.UTC(2200, 0, 1) - 1,
        partnership_keys: [expect.stringMatching(/^part_/), expect.stringMatching(/^part_/)],
        tag: null,
        manager: null,
      },
    });

    const narrow = ["--tag", "gold", "--manager", "grace@x.example", "--archived", "--group", "affiliates"];
    expect(await run(narrow)).toMatchObject({ code: 0 });
    expect((await exports())[0]).toMatchObject({
      filters: { format: "bundle", tag: "Gold", manager: "grace@x.example", archived: true, partnership_keys: [] },
    });
  });

  it("leads to the file of a report, for who asked through the API", async () => {
    interface ReportExport extends ExportJob {
      readonly file_url: string | null;
      readonly file_name: string | null;
    }
    const path = "/vendor_report_export";
    const { key } = await client.data<ReportExport>("POST", `${path}/vrc_partners`, { member_email: client.admin });
    const poll = () => client.data<ReportExport>("GET", `${path}/export/${key}`);
    await expect.poll(async () => (await poll()).status, { timeout: 60_000, interval: 250 }).toBe("completed");
    const { file_url, file_name, files } = await poll();
    expect(files).toMatchObject([{ name: "partners.csv", rows: 2 }]);
    const answer = await fetch(file_url ?? "");
    expect(answer.headers.get("content-disposition")).toBe(`attachment; filename="${file_name}"`);
    const archive = Buffer.from(await answer.arrayBuffer());
    expect([answer.status, archive.subarray(0, 2).toString(), archive.includes("partners.csv")]).toEqual([
      200,
      "PK",
      true,
    ]);
  });

  it("takes back what was asked for with the credentials of another program", async () => {
    const { publicKey, secretKey, key } = endpoints.otherProgram;
    const credentials = ["--key", `${publicKey}:${secretKey}`, "--email", "admin@contoso.example"];
    const { code, output } = await run(["--program", endpoints.program.key, ...credentials]);
    expect([code, output]).toEqual([
      2,
      expect.stringContaining(`The credentials are of the program "${key}", not of "${endpoints.program.key}".`),
    ]);
    const { text } = await client.call("GET", "/exports?limit=1", basic(endpoints.otherProgram));
    expect(JSON.parse(text).data.items).toMatchObject([{ program: key, revoked_at: expect.any(Number) }]);
    expect(await run(["--program", key, ...credentials])).toMatchObject({ code: 0 });
  });

  it("takes address and credentials, with a key pair or a token, and then knows of no mailbox", async () => {
    const elsewhere = { DATA_DIR: join(dataDir, "nothing here") };
    const { publicKey, secretKey } = endpoints.program;
    const admin = endpoints.teammates.find(({ role }) => role === "admin")?.token ?? "";
    const to = ["--api", `${endpoints.api}/api/v2/`, "--email", client.admin];
    for (const credentials of [
      ["--key", `${publicKey}:${secretKey}`],
      ["--token", admin],
    ]) {
      const { code, output } = await run([...to, ...credentials], elsewhere);
      expect([code, output]).toEqual([0, expect.stringContaining(`Mailed to ${client.admin}`)]);
      expect(output).not.toContain("mailbox");
    }
  });

  it("exports the other program to its own teammates alone", async () => {
    const other = ["--program", endpoints.otherProgram.key];
    expect(await run([...other, "--email", "admin@contoso.example"])).toMatchObject({ code: 0 });
    const { code, output } = await run([...other, "--email", client.admin]);
    expect([code, output]).toEqual([2, expect.stringContaining("--email is no teammate of the program")]);
  });

  it.each<[string, readonly string[], RegExp]>([
    ["an argument too many", ["northwind"], /Unexpected argument 'northwind'[\s\S]*--joined-from/],
    ["an unknown option", ["--grup", "gold"], /Unknown option '--grup'[\s\S]*--group/],
    ["an unknown group", ["--group", "nope"], /^--group: 'nope' is not a group of this program/],
    ["an unknown file", ["--files", "partners,invoices"], /^--files: 'invoices' is not one of \['applications'/],
    ["reversed days", ["--from", "2026-04-01", "--to", "2026-03-01"], /^--from \(2026-04-01\) is later than --to/],
    ["a stranger's address", ["--email", "eve@evil.example"], /--email is no teammate of the program/],
    ["an unknown program", ["--program", "acme"], /has no program "acme"/],
    ["a program without a known teammate", ["--program", "contoso"], /^--email is missing/],
    ["credentials without an address to mail to", ["--key", "pk:sk"], /^--email is missing/],
    ["half a key pair", ["--key", "pk"], /<public key>:<secret key>/],
    ["unknown credentials", ["--key", "pk:sk", "--email", "a@x.example"], /does not know these credentials \(401\)/],
    ["nobody at the address", ["--api", "http://127.0.0.1:1", "--token", "t", "--email", "a@x.example"], /be reached/],
  ])("refuses %s in words, with 2, and asks for nothing", async (_, args, words) => {
    const earlier = await exports();
    const { code, output } = await run(args);
    expect(output).toMatch(words);
    expect(output).not.toMatch(/^\s+at /m);
    expect(code).toBe(2);
    expect(await exports()).toEqual(earlier);
  });

  it("refuses a member without the permission", async () => {
    const member = endpoints.teammates.find(({ role }) => role === "member")?.token ?? "";
    const { code, output } = await run(["--token", member, "--email", client.admin]);
    expect([code, output]).toEqual([2, expect.stringContaining("(403)")]);
  });

  it("says so when no platform runs here", async () => {
    const { code, output } = await run([], { DATA_DIR: join(dataDir, "nothing here") });
    expect([code, output]).toEqual([2, expect.stringContaining("No platform runs on this machine")]);
  });

  it("explains itself", async () => {
    const { code, output } = await run(["--help"]);
    expect([code, output]).toEqual([0, expect.stringContaining("npm run export -- --program northwind")]);
  });

  it("leaves the export to itself on Ctrl-C, and says its key", async () => {
    const watched = Promise.withResolvers<void>();
    const slow = { key: "exp_slow", status: "running", progress: 1, rows: 0, bytes: 0, revoked_at: null };
    const asked = { ...slow, member_email: "ada@x.example" };
    const api = await listen(async ({ method }, response) => {
      await Promise.resolve();
      response.end(JSON.stringify({ data: asked }));
      if (method === "GET") watched.resolve();
    });
    const command = startCommand("export.ts", ["--api", api.url, "--token", "t", "--email", "ada@x.example"], {});
    await watched.promise;
    command.interrupt();
    const { code, output } = await command.ended;
    await api.close();
    expect(output).toContain("exp_slow goes on by itself, and its link is mailed to ada@x.example");
    expect(output).toContain("GET /api/v2/exports/exp_slow");
    expect(code).toBe(130);
  });
});
