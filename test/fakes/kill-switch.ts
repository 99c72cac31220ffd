/** What a killed worker's side effects throw. */
export class Killed extends Error {
  constructor(step: number) {
    super(`killed at side effect ${step}`);
    this.name = "Killed";
  }
}

/** Counts the side effects of one worker and stops it at one of them; several fakes may share it. */
export interface KillSwitch {
  /** Side effects asked for since the last `killAt` or `revive`. */
  readonly steps: number;
  /** From the nth side effect on (1 is the next), everything throws, as nothing comes from a dead worker. */
  killAt(step: number): void;
  revive(): void;
  /** Fakes call it before every side effect. */
  pass(): void;
}

export function createKillSwitch(): KillSwitch {
  let last = Infinity;
  let steps = 0;
  return {
    get steps() {
      return steps;
    },
    killAt(step) {
      steps = 0;
      last = step;
    },
    revive() {
      steps = 0;
      last = Infinity;
    },
    pass() {
      steps += 1;
      if (steps >= last) throw new Killed(steps);
    },
  };
}
