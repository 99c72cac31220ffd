import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import type { Metafile } from "esbuild";
import { bundle } from "../../infra/build.ts";
import { type FunctionName, functions } from "../../infra/platform.ts";
import { ENV } from "../../shared/names.ts";
import { atMost, type BenchLine, both } from "./lines.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const ROUNDS = 15;
const MOST_TIMES = 1.4;
const KIB = 1024;
const MOST_KIB: Readonly<Partial<Record<FunctionName, number>>> = { api: 150, authorizer: 150 };
const MOST_KIB_OF_JOBS = 200;

/** Loads a module in a process of its own, and says how long that took. */
const LOAD = `const start = performance.now(); await import(process.argv[1]); console.log(performance.now() - start); process.exit(0);`;

/**
 * How long it takes to load each function's bundle, beside one that holds nothing but the SDK clients that the function
 * loads at the start, made in the same way; and how large is what is loaded, gzipped.
 */
export async function coldStart(rounds = ROUNDS): Promise<BenchLine[]> {
  // Within the project, so that packages are found.
  const folder = await mkdtemp(path.join(ROOT, "dist-bench-"));
  try {
    const lines: BenchLine[] = [];
    for (const name of Object.keys(functions) as FunctionName[]) lines.push(await measured(folder, name, rounds));
    return lines;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measured(folder: string, name: FunctionName, rounds: number): Promise<BenchLine> {
  const to = path.join(folder, name);
  const files = eagerFiles(await bundle(path.join(ROOT, "functions", name, "index.ts"), to));
  const entry = path.join(folder, `${name}-clients.ts`);
  await writeFile(entry, await clientsOnly(files.inputs));
  const bare = path.join(folder, `${name}-clients`);
  await bundle(entry, bare);
  const [whole, limit] = await best(rounds, path.join(to, "index.mjs"), path.join(bare, "index.mjs"));
  const bytes = await Promise.all(files.outputs.map((file) => readFile(path.join(ROOT, file))));
  const kib = gzipSync(Buffer.concat(bytes), { level: 9 }).length / KIB;
  const most = MOST_KIB[name] ?? MOST_KIB_OF_JOBS;
  return {
    name: `cold start, ${name}`,
    figure: `${whole.toFixed(1)} ms, ${kib.toFixed(1)} KiB gzipped`,
    limit: `${limit.toFixed(1)} ms: its SDK clients alone; ${most} KiB`,
    ratio: whole / limit,
    goal: both(atMost(whole / limit, MOST_TIMES), { text: `at most ${most} KiB`, met: kib <= most }),
    exact: null,
  };
}

/** What is loaded at once: the entry and all that it imports, and what these were made from. */
function eagerFiles({ outputs }: Metafile): { readonly outputs: string[]; readonly inputs: string[] } {
  const found = new Set<string>();
  const waiting = Object.keys(outputs).filter((file) => path.basename(file) === "index.mjs");
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    for (const { path: next, kind } of outputs[file]?.imports ?? []) {
      if (kind === "import-statement" && outputs[next] !== undefined) waiting.push(next);
    }
  }
  return { outputs: [...found], inputs: [...found].flatMap((file) => Object.keys(outputs[file]?.inputs ?? {})) };
}

/** A module that makes the clients whose adapters are among these files, and holds the commands that these send. */
async function clientsOnly(inputs: readonly string[]): Promise<string> {
  const adapters = inputs.filter((file) => file.startsWith("shared/aws/"));
  const texts = await Promise.all(adapters.map((file) => readFile(path.join(ROOT, file), "utf8")));
  const names = new Map<string, Set<string>>();
  for (const [, list = "", from = ""] of texts.flatMap((text) => [
    ...text.matchAll(/import \{([^}]+)\} from "(@aws-sdk\/client-[a-z0-9]+)"/g),
  ])) {
    const known = names.get(from) ?? new Set();
    names.set(from, known);
    for (const one of list.split(",").map((text) => text.trim()))
      if (/^[A-Z]\w*(Client|Command)$/.test(one)) known.add(one);
  }
  const imports = [...names].map(([from, known]) => `import { ${[...known].join(", ")} } from "${from}";`);
  const clients = [...names.values()].flatMap((known) => [...known].filter((one) => one.endsWith("Client")));
  const commands = [...names.values()].flatMap((known) => [...known].filter((one) => one.endsWith("Command")));
  return [
    ...imports,
    `export const clients = [${clients.map((one) => `new ${one}({})`).join(", ")}];`,
    `export const commands = [${commands.join(", ")}];`,
  ].join("\n");
}

/** The median of several rounds of each, in turns, so that a bad moment of the machine meets all of them. */
async function best(rounds: number, ...modules: readonly string[]): Promise<readonly [number, number]> {
  const times = modules.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [at, module] of modules.entries()) times[at]?.push(await loadingTime(module));
  }
  const [whole = NaN, limit = NaN] = times.map(
    (all) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? NaN,
  );
  return [whole, limit];
}

const run = promisify(execFile);

async function loadingTime(module: string): Promise<number> {
  const env = {
    ...Object.fromEntries(Object.values(ENV).map((name) => [name, "http://127.0.0.1/name"])),
    AWS_REGION: "eu-central-1",
    PATH: process.env["PATH"],
  };
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", LOAD, module], { env });
  return Number(stdout.trim().split("\n").at(-1));
}
