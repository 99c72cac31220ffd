/**
 * A request to the table that was given up has been carried out within so many milliseconds, or never will be. Clocks of
 * different machines differ by less, too.
 */
export const LANDING_MS = 2_000;
