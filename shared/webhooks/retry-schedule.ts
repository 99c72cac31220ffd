const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const GROWING = [5, 30, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR];
const soFar = GROWING.reduce((sum, seconds) => sum + seconds, 0);

/** Seconds to wait after each attempt that failed. Together they are a day, so that the last attempt tells of all of it. */
const WAITS: readonly number[] = [...GROWING, DAY - soFar];

/** How long to wait behind the attempt of this number, from 0 on; undefined when there is no further one. */
export const waitAfter = (attempt: number): number | undefined => WAITS[attempt];

/** SQS delays no message longer. */
const LONGEST_DELAY_SECONDS = 900;

/** The delay of a message that is not to be worked on before an instant: where it is too long, the message comes in between. */
export const delayUntil = (due: number, now: number): number =>
  Math.min(LONGEST_DELAY_SECONDS, Math.max(0, Math.ceil((due - now) / 1000)));
