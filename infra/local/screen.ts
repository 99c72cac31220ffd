/** Where the platform tells what it does. */
export interface Screen {
  line(text: string): void;
  /** Shows how far the work of this line is; in a terminal it is redrawn in place. */
  progress(text: string): void;
  /** Ends the line of progress; elsewhere than in a terminal only this last state of it is printed. */
  done(): void;
}

type Output = Pick<NodeJS.WriteStream, "write" | "isTTY" | "columns">;

export function createScreen(output: Output): Screen {
  let last = "";
  return {
    line(text) {
      // Whatever is told meanwhile stands above the line of progress.
      const isDrawn = output.isTTY && last !== "";
      output.write(isDrawn ? `\r\x1b[K${text}\n${last}` : `${text}\n`);
    },
    progress(text) {
      // A line that wraps cannot be redrawn in place.
      last = output.isTTY ? text.slice(0, (output.columns || 80) - 1) : text;
      if (output.isTTY) output.write(`\r\x1b[K${last}`);
    },
    done() {
      if (last !== "") output.write(output.isTTY ? "\n" : `${last}\n`);
      last = "";
    },
  };
}
