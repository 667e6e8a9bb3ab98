import { createLedger, type Ledger, type ReceivedEntry } from '../../src/core/ledger/ledger.ts';
import type { Keys } from '../../src/ports/keys.ts';
import { openEnvelope } from '../../src/runtime/intake/envelope.ts';
import { type History, type Shape, writeHistory } from './history.ts';

export const COUNTS = [1_000, 10_000, 100_000] as const;
/** Entries that come one by one when the ledger has its most. */
const FURTHER = 400;
const STEPS = ['sparing revoke', 'ack', 'revoke', 'mode'] as const;

/** Each list has one number a round. */
export interface FoldFigures {
  readonly perEntryUs: readonly { readonly count: number; readonly us: readonly number[] }[];
  /** Of one further entry at the largest count. */
  readonly furtherMs: { readonly p50: readonly number[]; readonly p95: readonly number[] };
  readonly stepsMs: readonly { readonly what: (typeof STEPS)[number]; readonly ms: readonly number[] }[];
}

/** Signatures are not looked at: how long they take is the other benchmark's question. */
export const unsigned = (keys: Keys): Keys => ({ ...keys, verify: () => Promise.resolve(true) });

async function openAll(keys: Keys, envelopes: readonly Uint8Array[]): Promise<readonly ReceivedEntry[]> {
  const opened: ReceivedEntry[] = [];
  for (const envelope of envelopes) opened.push(await openEnvelope(envelope, keys));
  return opened;
}

/** The same code in Node and in a page. The first round warms the compiler up and is not counted. */
export async function measureFolds(
  platform: Keys,
  { shape, seed, rounds }: { shape: Shape; seed: number; rounds: number },
  /** Time that this program alone took, where the platform tells. */
  cpuMs: () => number,
): Promise<FoldFigures> {
  const keys = unsigned(platform);
  const most = COUNTS.at(-1)!;
  const history = await writeHistory(keys, { shape, count: most + FURTHER, seed, signed: false });
  written = history;
  const received = await openAll(keys, history.envelopes);
  const perEntryUs = COUNTS.map((count) => ({ count, us: [] as number[] }));
  const furtherMs = { p50: [] as number[], p95: [] as number[] };
  const stepsMs = STEPS.map((what) => ({ what, ms: [] as number[] }));
  for (let round = 0; round <= rounds; round++) {
    let ledger: Ledger | undefined;
    for (const { count, us } of perEntryUs) {
      if (round === 0 && count === most) break;
      ledger = createLedger(history.fleet);
      const startMs = cpuMs();
      for (let at = 0; at < count; at++) ledger.receive(received[at]!);
      if (round > 0) us.push(((cpuMs() - startMs) * 1000) / count);
      if (ledger.entries().length !== count) throw new Error(`the ledger refused some of "${shape}"`);
    }
    if (round === 0) continue;
    const each = received.slice(most, most + FURTHER).map((item) => timeOf(() => ledger!.receive(item)));
    each.sort((a, b) => a - b);
    const steps: number[] = [];
    for (const { what } of stepsMs) {
      const step = await history.byRoot(what);
      steps.push(timeOf(() => ledger!.receive(step)));
    }
    furtherMs.p50.push(each[Math.floor(FURTHER * 0.5)]!);
    furtherMs.p95.push(each[Math.floor(FURTHER * 0.95)]!);
    stepsMs.forEach(({ ms }, at) => {
      ms.push(steps[at]!);
    });
  }
  return { perEntryUs, furtherMs, stepsMs };
}

let written: History | undefined;
let held: Ledger | undefined;

/**
 * Keeps a ledger of the first `count` entries of the history that was measured last, with bytes of its own, so that the heap can be
 * looked at with and without it. Resolves to how many entries it has.
 */
export async function holdLedger(platform: Keys, count: number): Promise<number> {
  const { fleet, envelopes } = written!;
  held = createLedger(fleet);
  const copies = envelopes.slice(0, count).map((envelope) => envelope.slice());
  for (const received of await openAll(unsigned(platform), copies)) held.receive(received);
  return held.entries().length;
}

function timeOf(work: () => void): number {
  const startMs = performance.now();
  work();
  return performance.now() - startMs;
}
