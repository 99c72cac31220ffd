/** Where the platform tells what it does. */
export interface Screen {
  line(text: string): void;
  /** Shows how far the work of this line is; in a terminal it is redrawn in place. */
  progress(text: string): void;
  /** Ends the line of progress; elsewhere than in a terminal only this last state of it is printed. */
  done(): void;
}

export function createScreen(output: NodeJS.WriteStream): Screen {
  let last = "";
  return {
    line: (text) => void output.write(`${text}\n`),
    progress(text) {
      if (output.isTTY) output.write(`\r\x1b[K${text}`);
      last = text;
    },
    done() {
      output.write(output.isTTY ? "\n" : `${last}\n`);
      last = "";
    },
  };
}
