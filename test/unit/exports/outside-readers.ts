import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { readArchive } from "./read-archive.ts";

/** A file as somebody else's reader finds it. */
export interface OutsideFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly modified: string;
}

const SCRIPT = `
import hashlib, json, sys, zipfile
def digest(archive, name):
    total = hashlib.sha256()
    with archive.open(name) as file:
        for chunk in iter(lambda: file.read(1 << 20), b""): total.update(chunk)
    return total.hexdigest()
answers = []
for path in sys.argv[1:]:
    with zipfile.ZipFile(path) as archive:
        broken = archive.testzip()
        if broken is not None: raise SystemExit(f"{path}: {broken} is broken")
        answers.append([dict(name=one.filename, bytes=one.file_size, sha256=digest(archive, one.filename),
            modified="%04d-%02d-%02d %02d:%02d:%02d" % one.date_time) for one in archive.infolist()])
print(json.dumps(answers))
`;

/**
 * What Python's zipfile and Info-ZIP's unzip find in archives, each as far as it is installed; without Python, the
 * small reader beside this file stands in for it. Nothing of an archive is before `base`.
 */
export function readOutside(paths: readonly string[], modified: string, base = 0): OutsideFile[][] {
  for (const path of paths) requireIntact(path);
  const python = spawnSync("python3", ["-c", SCRIPT, ...paths], { encoding: "utf8", maxBuffer: 1 << 26 });
  if (isMissing(python.error)) return paths.map((path) => readHere(path, modified, base));
  if (python.status !== 0) throw new Error(`python3 cannot read it: ${python.stderr}`);
  return JSON.parse(python.stdout) as OutsideFile[][];
}

function requireIntact(path: string): void {
  const unzip = spawnSync("unzip", ["-t", path], { encoding: "utf8" });
  if (isMissing(unzip.error)) return;
  const said = unzip.stdout + unzip.stderr;
  // unzip answers 1 to an archive without files, which is none of its errors.
  const isEmpty = unzip.status === 1 && said.includes("zipfile is empty");
  if (unzip.status !== 0 && !isEmpty) throw new Error(`unzip finds ${said}`);
}

function readHere(path: string, modified: string, base: number): OutsideFile[] {
  const file = openSync(path, "r");
  const archive = Buffer.alloc(fstatSync(file).size - base);
  readSync(file, archive, 0, archive.length, base);
  closeSync(file);
  return readArchive(archive, base).map(({ name, content }) => ({
    name,
    bytes: content.length,
    sha256: createHash("sha256").update(content).digest("hex"),
    modified,
  }));
}

const isMissing = (error: Error | undefined): boolean =>
  error !== undefined && "code" in error && error.code === "ENOENT";
