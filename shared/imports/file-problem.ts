/** What the reason of an import may have. */
const MOST_CHARACTERS = 2000;

/** Why a whole file cannot be imported. It can never succeed as it is, so it is reported and not tried again. */
export class FileProblem extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message.slice(0, MOST_CHARACTERS));
    this.name = "FileProblem";
    this.code = code;
  }
}

/** Something about a file that was put right or passed over, and that its owner should know. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}
