import { cutPlanner } from "./cut-planner.ts";
import { dryRun, dryRunInOrder } from "./dry-run.ts";
import { exportLarge } from "./export-large.ts";
import { exportSpeed } from "./export-speed.ts";
import { exportUnits } from "./export-units.ts";
import { importCpu } from "./import-cpu.ts";
import { importUnits } from "./import-units.ts";
import type { BenchLine } from "./lines.ts";
import { listUnits } from "./list-units.ts";
import { router } from "./router.ts";

/** What is measured in memory, each over its usual number of rows or another one. */
export const quickLines: Readonly<Record<string, (rows?: number) => Promise<BenchLine | BenchLine[]>>> = {
  "import, CPU path": importCpu,
  "cut planner": cutPlanner,
  "import, units": importUnits,
  "dry run": dryRun,
  "dry run, in order": dryRunInOrder,
  "export, speed": exportSpeed,
  "export, units": exportUnits,
  "export, large": exportLarge,
  "list, units": listUnits,
  router,
};
