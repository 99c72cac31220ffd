import { jittery, randomFrom } from "../functional/imports-harness.ts";
import type { Importer } from "../functional/imports-property.ts";
import { createBreaker, FAULTS, persist } from "./imports-faults.ts";

/** A world in which something breaks every few dozen calls, for a while. */
export const clumsily: Importer = (seed) => {
  const breaker = createBreaker();
  const random = randomFrom(seed);
  return {
    options: { killSwitch: breaker, around: (ports) => breaker.around(jittery(seed, ports)) },
    async run(world, object, _, before) {
      let left = 8;
      const arm = (): void => {
        left -= 1;
        const fault = FAULTS[Math.floor(random() * FAULTS.length)] ?? "dies before";
        breaker.breakAt(left > 0 ? 1 + Math.floor(random() * 30) : Infinity, fault);
      };
      arm();
      const between = async (): Promise<void> => {
        await Promise.resolve();
        arm();
      };
      await persist(world, object, breaker, { between, before });
      // Calls that a failed worker left behind come to their end.
      await new Promise((resolve) => setImmediate(resolve));
      breaker.revive();
    },
  };
};
