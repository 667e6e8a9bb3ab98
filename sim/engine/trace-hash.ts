/** A running hash of all that happened, in order: two runs with one hash went the same way. Not meant against forgery. */
export interface TraceHash {
  /** Takes any double by its bits. */
  add(value: number): void;
  addText(text: string): void;
  /** 16 hexadecimal digits. */
  digest(): string;
}

/** Two lanes of the body of MurmurHash3 (Austin Appleby), 32 bits each, with different multipliers. */
export function createTraceHash(): TraceHash {
  const double = new Float64Array(1);
  const halves = new Uint32Array(double.buffer);
  let first = 0x9747b28c;
  let second = 0x3c6ef372;

  const word = (value: number) => {
    let spread = Math.imul(value, 0xcc9e2d51);
    spread = Math.imul((spread << 15) | (spread >>> 17), 0x1b873593);
    first ^= spread;
    first = (Math.imul((first << 13) | (first >>> 19), 5) + 0xe6546b64) | 0;
    second = Math.imul(second ^ spread, 0x01000193) ^ (second >>> 15);
  };

  return {
    add: (value) => {
      if (value === (value | 0)) return word(value);
      double[0] = value;
      word(halves[0]!);
      word(halves[1]!);
    },
    addText: (text) => {
      for (let index = 0; index < text.length; index++) word(text.charCodeAt(index));
    },
    digest: () => [first, second].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join(''),
  };
}
