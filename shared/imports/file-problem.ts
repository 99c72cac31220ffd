/** What a job keeps of a reason; what people write into files may be much longer. */
const LONGEST = 1_900;

/** Why a whole file cannot be imported. It can never succeed as it is, so it is reported and not tried again. */
export class FileProblem extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message.length <= LONGEST ? message : `${message.slice(0, LONGEST).toWellFormed()}...`);
    this.name = "FileProblem";
    this.code = code;
  }
}

/** Something about a file that was put right or passed over, and that its owner should know. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}
