/** The terminal, as far as it is used. */
export interface LineOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface LiveLine {
  readonly key: string;
  readonly text: string;
  /** Where lines cannot be redrawn, one is written whenever this changes. */
  readonly step: string;
}

/** Lines that change in place on a terminal; anywhere else, a line for each change. */
export interface LiveLines {
  show(lines: readonly LiveLine[]): void;
  /** What is shown stays, and the next `show` begins below it. */
  settle(): void;
}

export function createLiveLines(output: LineOutput): LiveLines {
  return output.isTTY ? redrawnLines(output) : appendedLines(output);
}

function redrawnLines(output: LineOutput): LiveLines {
  let drawn = 0;
  return {
    show: (lines) => {
      const columns = output.columns ?? 80;
      // ECMA-48: CPL to the first line drawn, then each line anew with EL. A line that wraps would break the count.
      const up = drawn === 0 ? '' : `\x1b[${drawn}F`;
      output.write(up + lines.map(({ text }) => `${text.slice(0, columns - 1)}\x1b[K\n`).join(''));
      drawn = lines.length;
    },
    settle: () => {
      drawn = 0;
    },
  };
}

function appendedLines(output: LineOutput): LiveLines {
  const steps = new Map<string, string>();
  return {
    show: (lines) => {
      for (const { key, text, step } of lines) {
        if (steps.get(key) === step) continue;
        steps.set(key, step);
        output.write(`${text}\n`);
      }
    },
    settle: () => steps.clear(),
  };
}
