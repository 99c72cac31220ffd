import { EXPIRY_ATTRIBUTE } from "../names.ts";
import type { Table } from "../ports.ts";
import { derivedKey } from "../records/derived-key.ts";

const WINDOW_MS = 15 * 60_000;

/** Mails to an address of a program in a window, and requests from one place, whose address an office shares. */
const MOST = { email: 3, ip: 30 } as const;

export type Counted = keyof typeof MOST;

/** Counts a request to sign in, whether or not anybody is known; false for one too many of its kind. */
export async function countSignIn(
  table: Pick<Table, "write">,
  { program, counted, value, now }: { program: string; counted: Counted; value: string; now: number },
): Promise<boolean> {
  const window = Math.floor(now / WINDOW_MS);
  return table.write({
    // From one place for all programs, as anybody can make up the names of programs.
    update: {
      pk: counted === "ip" ? `sign-in/from/${derivedKey("", value)}` : `${program}/sign-in/${derivedKey("", value)}`,
      sk: String(window),
    },
    add: { count: 1 },
    set: { [EXPIRY_ATTRIBUTE]: Math.ceil(((window + 2) * WINDOW_MS) / 1000) },
    when: { absentOrAtMost: { count: MOST[counted] - 1 } },
  });
}

/** Seconds until the present window is over. */
export const secondsLeft = (now: number): number => Math.ceil((WINDOW_MS - (now % WINDOW_MS)) / 1000);
