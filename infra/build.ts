import { rm } from "node:fs/promises";
import path from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";
import { type FunctionName, functions } from "./platform.ts";

const ROOT = path.resolve(import.meta.dirname, "..");

export interface BuildFolders {
  /** Holds a folder with an `index.ts` for each function of the description. */
  readonly from?: string;
  /** Gets a folder with an `index.mjs`, and what that loads, for each of them. */
  readonly to?: string;
}

/** Bundles every function of the description; gives the folder that each one's code then lies in. */
export const buildFunctions = async ({
  from = path.join(ROOT, "functions"),
  to = path.join(ROOT, "dist"),
}: BuildFolders = {}): Promise<(name: FunctionName) => string> => {
  const folderOf = (name: string): string => path.join(to, name);
  await rm(to, { recursive: true, force: true });
  await Promise.all(Object.keys(functions).map((name) => bundle(path.join(from, name, "index.ts"), folderOf(name))));
  return folderOf;
};

/** Bundles one entry as functions are: `index.mjs`, and what that loads, at once or later. */
export const bundle = async (entry: string, folder: string): Promise<Metafile> => {
  const { metafile } = await build({
    metafile: true,
    entryPoints: { index: entry },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    // All of it: loading the SDK that the runtime has, from its many files, takes longer, and its version moves.
    bundle: true,
    minify: true,
    platform: "node",
    target: "node24",
    format: "esm",
    // Most of the SDK's credential providers are never used in Lambda: as chunks of their own they are never read.
    splitting: true,
    chunkNames: "[hash]",
    // Without the ES modules of the SDK, nothing that is unused falls away: half as much again to load.
    mainFields: ["module", "main"],
    banner: { js: REQUIRE },
    plugins: [builtinHttp],
    legalComments: "none",
    logLevel: "warning",
  });
  return metafile;
};

// CommonJS packages call `require` for modules of Node, which ES modules lack.
const REQUIRE = `const require=process.getBuiltinModule("node:module").createRequire(import.meta.url);`;

/**
 * Importing `node:http` as an ES module makes Node load everything that it exports lazily (27 ms at a cold start, of
 * which nothing is used); the same object from `getBuiltinModule` takes 3.5 ms.
 */
const builtinHttp: Plugin = {
  name: "builtin-http",
  setup(building) {
    building.onResolve({ filter: /^(node:)?https?$/ }, ({ path: name }) => ({
      path: name.startsWith("node:") ? name : `node:${name}`,
      namespace: "builtin-http",
    }));
    // As CommonJS, so that named imports become property reads and the lazy properties stay lazy.
    building.onLoad({ filter: /.*/, namespace: "builtin-http" }, ({ path: name }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(name)});`,
    }));
  },
};

if (import.meta.main) {
  const folderOf = await buildFunctions();
  console.log(`built ${Object.keys(functions).length} functions in ${path.dirname(folderOf("api"))}`);
}
