import { describe, expect, test } from 'vitest';
import type { ReceivedEntry } from '../ledger/accepted.ts';
import type { EntryId } from '../wire/encoding/ids.ts';
import { itemOfEntry } from '../wire/link/item.ts';
import { encodeMessage } from '../wire/link/message.ts';
import { createLinkReader, type FramePart, MAX_CHECKS, MAX_WAITING_BYTES } from './link-reader.ts';
import type { Opened } from './opened.ts';

const KNOWN = itemOfEntry('known' as EntryId);

/** An envelope is a number; its check ends when the test says so. A statement is known. */
function createSubject() {
  const out: (number | string)[] = [];
  const begun: number[] = [];
  const given: number[] = [];
  const concludes = new Map<number, (opened: Opened<ReceivedEntry>) => void>();
  const nameOf = (part: FramePart) => {
    switch (part.type) {
      case 'entry':
        return numberOf(part.received.envelope);
      case 'duplicate':
        return `duplicate ${part.item} after ${part.pushed.hops}`;
      case 'known':
        return `known, ${part.sizeBytes} bytes`;
      case 'message':
        return part.message.type;
      case 'refused':
        return `refused: ${part.reason}`;
      default:
        return part.type;
    }
  };
  const reader = createLinkReader({
    openEntry: (envelope, conclude) => {
      begun.push(numberOf(envelope));
      concludes.set(numberOf(envelope), conclude);
      return numberOf(envelope);
    },
    openStatement: (_bytes, conclude) => {
      conclude({ type: 'known', item: KNOWN });
      return -1;
    },
    giveUp: (check) => given.push(check),
    deliver: (part) => out.push(nameOf(part)),
  });
  return {
    reader,
    out,
    begun,
    /** Checks that were given up. */
    given,
    end: (number: number) => {
      const envelope = Uint8Array.of(number >> 8, number & 255);
      concludes.get(number)!({ type: 'new', value: { envelope } as ReceivedEntry });
    },
    refuse: (number: number, reason: string) => concludes.get(number)!({ type: 'refused', reason }),
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
  test('a push of what is known is told as that, for the tree; the same in bulk is not (G1)', () => {
    const { reader, out } = createSubject();
    const payload = new Uint8Array(1);
    reader.push(encodeMessage({ type: 'statements', statements: [payload] }));
    reader.push(encodeMessage({ type: 'push', kind: 'statement', hops: 3, payload }));
    expect(out).toEqual(['known, 1 bytes', 'duplicate known after 3']);
  });

  test('comes out in the order in which it was sent, in whatever order the checks end', () => {
    const { reader, out, end } = createSubject();
    reader.push(entries(1, 2));
    reader.push(goodbye);
    reader.push(entries(3));
    for (const number of [3, 2]) end(number);
    expect(out).toEqual([]);
    end(1);
    expect(out).toEqual([1, 2, 'goodbye', 3]);
  });

  test('is checked many at once, and never more than the bound, over frames and within one (M8)', () => {
    const { reader, out, begun, end } = createSubject();
    const all = Array.from({ length: MAX_CHECKS + 8 }, (_, number) => number);
    reader.push(entries(...all.slice(0, 10)));
    reader.push(entries(...all.slice(10)));
    expect(begun).toHaveLength(MAX_CHECKS);
    // Those behind an open check wait for it, since they must come out after it.
    for (const number of all.slice(1, MAX_CHECKS)) end(number);
    expect(begun).toHaveLength(MAX_CHECKS);
    end(0);
    for (const number of all.slice(MAX_CHECKS)) end(number);
    expect(out).toEqual(all);
  });

  test('a bad frame counts once, what it had in the making is kept, and the next frame is read (M7)', () => {
    const { reader, out, begun, end, refuse } = createSubject();
    const bad = Array.from({ length: MAX_CHECKS + 8 }, (_, number) => number);
    reader.push(entries(...bad));
    reader.push(entries(1000));
    refuse(0, 'first');
    refuse(1, 'second');
    for (const number of bad.slice(2, MAX_CHECKS)) end(number);
    end(1000);
    expect(out).toEqual(['refused: first', ...bad.slice(2, MAX_CHECKS), 1000]);
    expect(begun).toEqual([...bad.slice(0, MAX_CHECKS), 1000]);
  });

  test('a frame of nothing holds nothing up', () => {
    const { reader, out } = createSubject();
    reader.push(entries());
    reader.push(goodbye);
    expect(out).toEqual(['goodbye']);
  });

  test('what cannot be read is a fault of its frame alone', () => {
    const { reader, out } = createSubject();
    reader.push(Uint8Array.of(0xff));
    reader.push(goodbye);
    expect(out).toEqual([expect.stringMatching(/^refused: /), 'goodbye']);
  });

  test('attack: a flood faster than the checks ends the link and what waited is dropped (M8)', () => {
    const { reader, out, end } = createSubject();
    reader.push(entries(1));
    const frame = entries(...Array.from({ length: 1024 }, () => 2));
    let pushed = 0;
    // The first frames are opened at once and do not wait.
    while (reader.push(frame)) pushed += frame.length;
    expect(pushed).toBeLessThanOrEqual(MAX_WAITING_BYTES + 2 * frame.length);
    expect(reader.push(goodbye)).toBe(false);
    end(1);
    expect(out).toEqual([1]);
  });

  test('attack: frames of a few bytes, millions of which would wait below the bound, cost their keeping too (M8)', () => {
    const { reader } = createSubject();
    reader.push(entries(1, ...Array.from({ length: MAX_CHECKS }, () => 2)));
    let pushed = 0;
    while (reader.push(goodbye)) pushed++;
    expect(pushed).toBeLessThan(MAX_WAITING_BYTES / 256);
  });

  test('of a neighbour that was banned nothing comes out any more, of what waits and of what is being checked (M7)', () => {
    const { reader, out, begun, given, end } = createSubject();
    reader.push(entries(1, 2));
    reader.push(goodbye);
    end(2);
    reader.close();
    end(1);
    expect(out).toEqual([]);
    expect(given).toEqual([1, 2]);
    expect(reader.push(entries(3))).toBe(false);
    expect(begun).toEqual([1, 2]);
  });
});
