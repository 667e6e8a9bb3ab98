import { type ByteChannel, ConnectionFailed } from '../connections.ts';
import { until } from './acceptance-case.ts';
import { createRecorder, expectEqual, type SubjectCase } from './case.ts';
import { cutAndJoin, newSeed, partSizes, seededRandom } from './random-parts.ts';
import { sampleBytes } from './sample-bytes.ts';

export interface ByteChannelSubject {
  /** Two ends of one channel. */
  open(): Promise<JoinedChannels>;
}

export interface JoinedChannels {
  readonly left: ByteChannel;
  readonly right: ByteChannel;
  /** Ends what carries them, from the left. */
  cut(): void;
}

/** More than any channel hands over ahead, so that most of it waits. */
const BACKLOG_BYTES = 8 * 1024 * 1024;

export const byteChannelAcceptance: readonly SubjectCase<ByteChannelSubject>[] = [
  seeded(
    'bytes come out as they went in, however writes are cut and joined, both ways at once',
    async (random, { open }) => {
      const { left, right, cut } = await open();
      const wholes = [sampleBytes(2_000_003, 1), sampleBytes(1_000_033, 2)] as const;
      const received = [collect(right), collect(left)] as const;
      await Promise.all([writeInParts(left, wholes[0], random), writeInParts(right, wholes[1], random)]);
      for (const [at, bytes] of received.entries()) await expectBytes(bytes, wholes[at]!);
      cut();
    },
  ),

  seeded('a reader that sees other cuts and joins gets the same bytes', async (random, { open }) => {
    const { left, right, cut } = await open();
    const whole = sampleBytes(1_000_033, 3);
    const received = collect(cutAndJoin(right, random));
    await writeInParts(cutAndJoin(left, random), whole, random);
    await expectBytes(received, whole);
    cut();
  }),

  {
    name: 'what comes before anybody listens is kept, in order',
    async run({ open }) {
      const { left, right, cut } = await open();
      for (const value of [1, 2, 3]) await left.write(Uint8Array.of(value));
      await new Promise((resolve) => setTimeout(resolve, 50));
      await expectBytes(collect(right), Uint8Array.of(1, 2, 3));
      cut();
    },
  },
  {
    name: 'bytes may be used again once their write has resolved',
    async run({ open }) {
      const { left, right, cut } = await open();
      const received = collect(right);
      const bytes = sampleBytes(200_000, 4);
      const sent = bytes.slice();
      await left.write(bytes);
      bytes.fill(0);
      await expectBytes(received, sent);
      cut();
    },
  },

  ...(
    [
      ['its own end', ({ left }) => left.close()],
      ['the other end', ({ right }) => right.close()],
      ['the end of the connection', ({ cut }) => cut()],
    ] as const satisfies readonly (readonly [string, (channels: JoinedChannels) => void])[]
  ).map(([who, close]) => ({
    name: `every write that waits is settled when the channel is closed by ${who}`,
    async run({ open }: ByteChannelSubject) {
      const channels = await open();
      const writes = Array.from({ length: 3 }, () => channels.left.write(new Uint8Array(BACKLOG_BYTES)));
      const settled = Promise.all(writes.map(failureOf));
      close(channels);
      for (const failure of await withinSeconds(settled, 'the end of the writes'))
        expectEqual(['', 'ConnectionFailed'].includes(failure), true, `no other failure than ${failure}`);
      channels.cut();
    },
  })),

  {
    name: 'closing is told once at both ends, also to who asks later, and nothing is written any more',
    async run({ open }) {
      const { left, right, cut } = await open();
      const told = createRecorder<string>();
      left.onClose(() => told.record('left'));
      right.onClose(() => told.record('right'));
      left.close();
      left.close();
      expectEqual([await told.next(), await told.next()].sort().join(), 'left,right', 'who was told');
      left.onClose(() => told.record('left, later'));
      expectEqual(await told.next(), 'left, later', 'who was told');
      for (const end of [left, right])
        expectEqual(
          await failureOf(end.write(Uint8Array.of(1))),
          'ConnectionFailed',
          'a write after the close',
        );
      await withinSeconds(Promise.all([left.gone(), right.gone()]), 'the end of the channel', 10_000);
      cut();
    },
  },
];

/** A case whose chance repeats; the seed stands in the error of a failure, and takes the place of `newSeed()` to try it again. */
function seeded<Subject>(
  name: string,
  run: (random: () => number, subject: Subject) => Promise<void>,
): SubjectCase<Subject> {
  return {
    name,
    run: async (subject) => {
      const seed = newSeed();
      try {
        await run(seededRandom(seed), subject);
      } catch (error) {
        throw new Error(`seed ${seed}: ${String(error)}`);
      }
    },
  };
}

/** Up to four writes at a time, as several callers would. */
async function writeInParts(channel: ByteChannel, bytes: Uint8Array, random: () => number): Promise<void> {
  const nextSize = partSizes(random);
  let underway: Promise<void>[] = [];
  for (let at = 0; at < bytes.length; ) {
    const part = bytes.subarray(at, at + nextSize());
    at += part.length;
    underway.push(channel.write(part));
    if (underway.length < 4) continue;
    await Promise.all(underway);
    underway = [];
  }
  await Promise.all(underway);
}

function collect(channel: ByteChannel): Uint8Array[] {
  const received: Uint8Array[] = [];
  channel.onBytes((bytes) => received.push(bytes.slice()));
  return received;
}

async function expectBytes(received: readonly Uint8Array[], expected: Uint8Array): Promise<void> {
  let [at, part, inPart] = [0, 0, 0];
  const compare = () => {
    for (; part < received.length; part++, inPart = 0)
      for (; inPart < received[part]!.length; inPart++, at++)
        if (received[part]![inPart] !== expected[at])
          throw new Error(`byte ${at} is another one, or too many`);
    return at === expected.length;
  };
  await until(compare, `${expected.length} bytes`);
}

/** The name of the error; empty when there is none. */
function failureOf(action: Promise<void>): Promise<string> {
  return action.then(
    () => '',
    (error: unknown) => (error instanceof ConnectionFailed ? error.name : String(error)),
  );
}

async function withinSeconds<Value>(action: Promise<Value>, what: string, timeoutMs = 5_000): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([action, late]);
  } finally {
    clearTimeout(timer);
  }
}
