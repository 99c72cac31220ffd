import { DROP_PREFIX } from "../names.ts";
import { type Letter, letter } from "./letter.ts";

/** Tells the operator of a dropped file that belongs to no program. */
export const fileNotPlaced = (source: string, reason: string): Letter =>
  letter("A dropped file belongs to no program", [
    "Hello,",
    "A file in the upload bucket cannot be imported, because its place does not name a program that exists.",
    {
      facts: [
        ["File", source],
        ["Reason", reason],
      ],
    },
    `Drop it again as ${DROP_PREFIX}<program>/<type>/<name>.csv, or create the program first: npm run create-program -- --help`,
    "The file is still where it was dropped.",
  ]);
