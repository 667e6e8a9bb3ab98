import { describe, expect, test } from 'vitest';
import type { ReceivedEntry } from '../../core/ledger/ledger.ts';
import type { EntryId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import { itemOfEntry } from '../../core/wire/link/item.ts';
import { encodeMessage } from '../../core/wire/link/message.ts';
import { createInbound, type InboundPart, MAX_CHECKS, MAX_WAITING_BYTES } from './inbound.ts';

const KNOWN = itemOfEntry('known' as EntryId);

/** An envelope is a number; its check ends when the test says so. */
function createSubject() {
  const out: (number | string)[] = [];
  const faults: string[] = [];
  /** Sizes of what came in bulk and was here. */
  const known: number[] = [];
  const begun: number[] = [];
  const endings = new Map<number, (error?: Error) => void>();
  const nameOf = (part: InboundPart) => {
    if (part.type === 'entry') return numberOf(part.received.envelope);
    if (part.type === 'duplicate') return `duplicate ${part.item} after ${part.pushed.hops}`;
    return part.type === 'message' ? part.message.type : 'statement';
  };
  const inbound = createInbound({
    openEntry: (envelope) => {
      begun.push(numberOf(envelope));
      return new Promise((resolve, reject) =>
        endings.set(numberOf(envelope), (error) =>
          error === undefined
            ? resolve({ type: 'new', value: { envelope } as ReceivedEntry })
            : reject(error),
        ),
      );
    },
    openStatement: () => Promise.resolve({ type: 'known', item: KNOWN }),
    deliver: (part) => out.push(nameOf(part)),
    onKnown: (sizeBytes) => known.push(sizeBytes),
    onBadFrame: (error) => faults.push(String((error as Error).message)),
  });
  return {
    inbound,
    out,
    faults,
    known,
    begun,
    end: async (number: number, error?: Error) => {
      await expect.poll(() => endings.has(number)).toBe(true);
      endings.get(number)!(error);
    },
  };
}

const numberOf = (envelope: Uint8Array) => (envelope[0]! << 8) | envelope[1]!;
const entries = (...numbers: readonly number[]) =>
  encodeMessage({
    type: 'entries',
    envelopes: numbers.map((number) => Uint8Array.of(number >> 8, number & 255)),
  });
const goodbye = encodeMessage({ type: 'goodbye', reason: 'test' });

describe('what comes over one link', () => {
  test('a push of what is known is told as that, for the tree; the same in bulk is not (G1)', async () => {
    const { inbound, out, known } = createSubject();
    const payload = new Uint8Array(1);
    inbound.push(encodeMessage({ type: 'statements', statements: [payload] }));
    inbound.push(encodeMessage({ type: 'push', kind: 'statement', hops: 3, payload }));
    await inbound.drained();
    expect(out).toEqual(['duplicate known after 3']);
    expect(known).toEqual([1]);
  });

  test('comes out in the order in which it was sent, in whatever order the checks end', async () => {
    const { inbound, out, end } = createSubject();
    inbound.push(entries(1, 2));
    inbound.push(goodbye);
    inbound.push(entries(3));
    for (const number of [3, 2]) await end(number);
    expect(out).toEqual([]);
    await end(1);
    await inbound.drained();
    expect(out).toEqual([1, 2, 'goodbye', 3]);
  });

  test('is checked many at once, and never more than the bound, over frames and within one (M8)', async () => {
    const { inbound, out, begun, end } = createSubject();
    const all = Array.from({ length: MAX_CHECKS + 8 }, (_, number) => number);
    inbound.push(entries(...all.slice(0, 10)));
    inbound.push(entries(...all.slice(10)));
    expect(begun).toHaveLength(MAX_CHECKS);
    // Those behind an open check wait for it, since they must come out after it.
    for (const number of all.slice(1, MAX_CHECKS)) await end(number);
    expect(begun).toHaveLength(MAX_CHECKS);
    await end(0);
    for (const number of all.slice(MAX_CHECKS)) await end(number);
    await inbound.drained();
    expect(out).toEqual(all);
  });

  test('a bad frame counts once, what it had in the making is kept, and the next frame is read (M7)', async () => {
    const { inbound, out, faults, begun, end } = createSubject();
    const bad = Array.from({ length: MAX_CHECKS + 8 }, (_, number) => number);
    inbound.push(entries(...bad));
    inbound.push(entries(1000));
    await end(0, new WireError('first'));
    await end(1, new WireError('second'));
    for (const number of bad.slice(2, MAX_CHECKS)) await end(number);
    await end(1000);
    await inbound.drained();
    expect(faults).toEqual(['first']);
    expect(out).toEqual([...bad.slice(2, MAX_CHECKS), 1000]);
    expect(begun).toEqual([...bad.slice(0, MAX_CHECKS), 1000]);
  });

  test('a frame of nothing holds nothing up', async () => {
    const { inbound, out } = createSubject();
    inbound.push(entries());
    await inbound.drained();
    inbound.push(goodbye);
    await inbound.drained();
    expect(out).toEqual(['goodbye']);
  });

  test('what cannot be read is a fault of its frame alone', async () => {
    const { inbound, out, faults } = createSubject();
    inbound.push(Uint8Array.of(0xff));
    inbound.push(goodbye);
    await inbound.drained();
    expect(faults).toHaveLength(1);
    expect(out).toEqual(['goodbye']);
  });

  test('attack: a flood faster than the checks ends the link and what waited is dropped (M8)', async () => {
    const { inbound, out, end } = createSubject();
    inbound.push(entries(1));
    const frame = entries(...Array.from({ length: 1024 }, () => 2));
    let pushed = 0;
    // The first frames are opened at once and do not wait.
    while (inbound.push(frame)) pushed += frame.length;
    expect(pushed).toBeLessThanOrEqual(MAX_WAITING_BYTES + 2 * frame.length);
    expect(inbound.push(goodbye)).toBe(false);
    await end(1);
    await expect.poll(() => out).toContain(1);
    expect(out).not.toContain('goodbye');
  });

  test('attack: frames of a few bytes, millions of which would wait below the bound, cost their keeping too (M8)', () => {
    const { inbound } = createSubject();
    inbound.push(entries(1, ...Array.from({ length: MAX_CHECKS }, () => 2)));
    let pushed = 0;
    while (inbound.push(goodbye)) pushed++;
    expect(pushed).toBeLessThan(MAX_WAITING_BYTES / 256);
  });

  test('of a neighbour that was banned nothing comes out any more, of what waits and of what is being checked (M7)', async () => {
    const { inbound, out, begun, end } = createSubject();
    inbound.push(entries(1, 2));
    inbound.push(goodbye);
    inbound.close();
    await end(1);
    await end(2);
    await inbound.drained();
    expect(out).toEqual([]);
    expect(inbound.push(entries(3))).toBe(false);
    expect(begun).toEqual([1, 2]);
  });
});
