import { compareBytes } from '../wire/encoding/cbor.ts';
import type { EntryId } from '../wire/encoding/ids.ts';
import { MAX_RANGE_PARTS, MAX_RECONCILIATION_BYTES, type RangePart } from '../wire/link/reconciliation.ts';
import type { ReconciliationEffect, ReconciliationStep } from './effect.ts';
import type { IdSet } from './id-set.ts';
import type { RangeSet } from './range-set.ts';

/** Ranges up to this size are named id by id. A guess near negentropy's; larger saves round trips, smaller saves bytes. */
const LEAF_IDS = 32;
const BRANCHES = 16;
/** What one id takes in a frame. */
const ID_BYTES = 34;

type RangesMessage = Extract<ReconciliationStep, { type: 'ranges' }>;

/**
 * Range-based set reconciliation (Meyer, SRDS 2023): each end splits what differs until the ranges are small enough to name
 * their ids. It knows whole ids, so it finds what short ids hide. Each frame is answered on its own. Nothing stands twice: an
 * honest end names an id, or splits a range, at most once, and that bounds what a hostile end can make us send.
 */
export interface RangeDialogue {
  open(): readonly ReconciliationEffect[];
  receive(message: RangesMessage): readonly ReconciliationEffect[];
}

export function createRangeDialogue(deps: {
  readonly ids: IdSet;
  readonly ranges: RangeSet;
  /** How many entries the other end said it has. */
  readonly theirCount: number;
  readonly sendEntries: (ids: readonly EntryId[]) => readonly ReconciliationEffect[];
}): RangeDialogue {
  const { ids, ranges, theirCount } = deps;
  const budget = {
    partsTaken: 2 * (ranges.size + theirCount) + 4096,
    idsTaken: theirCount,
    idsNamed: ranges.size,
    fingerprintsSent: ranges.size + BRANCHES,
  };

  const answerRange = (from: number, to: number, upper: Uint8Array): readonly RangePart[] | string => {
    if (to - from <= LEAF_IDS) {
      budget.idsNamed -= to - from;
      if (budget.idsNamed < 0) return 'it asks for the same ids again';
      return [
        { type: 'ids', upper, ids: Array.from({ length: to - from }, (_, at) => ranges.idAt(from + at)) },
      ];
    }
    budget.fingerprintsSent -= BRANCHES;
    if (budget.fingerprintsSent < 0) return 'it asks for the same ranges again';
    return Array.from({ length: BRANCHES }, (_, branch): RangePart => {
      const start = from + Math.floor(((to - from) * branch) / BRANCHES);
      const end = from + Math.floor(((to - from) * (branch + 1)) / BRANCHES);
      return {
        type: 'fingerprint',
        upper: branch === BRANCHES - 1 ? upper : ranges.boundAt(end),
        fingerprint: ranges.fingerprint(start, end),
      };
    });
  };

  const receive = (message: RangesMessage): readonly ReconciliationEffect[] => {
    const reply: RangePart[] = [];
    const lacking: EntryId[] = [];
    const wants: EntryId[] = [];
    let lower = message.lower;
    let from = ranges.positionOf(lower);
    budget.partsTaken -= message.parts.length + 1;
    if (budget.partsTaken < 0) return refused('it sends more ranges than two such sets can have');
    for (const part of message.parts) {
      const { upper } = part;
      if (upper.length > 0 && compareBytes(upper, lower) <= 0) return refused('its ranges are not in order');
      const to = upper.length === 0 ? ranges.size : ranges.positionOf(upper);
      if (part.type === 'ids') {
        budget.idsTaken -= part.ids.length;
        if (budget.idsTaken < 0) return refused('it names more ids than it said it has');
        const theirs = new Set(part.ids);
        for (let position = from; position < to; position++) {
          const id = ranges.idAt(position);
          if (!theirs.has(id)) lacking.push(id);
        }
        for (const id of theirs) if (ids.indexOf(id) === undefined) wants.push(id);
        reply.push({ type: 'same', upper });
      } else if (
        part.type === 'fingerprint' &&
        compareBytes(part.fingerprint, ranges.fingerprint(from, to)) !== 0
      ) {
        const answer = answerRange(from, to, upper);
        if (typeof answer === 'string') return refused(answer);
        reply.push(...answer);
      } else reply.push({ type: 'same', upper });
      if (upper.length === 0 && part !== message.parts.at(-1)) return refused('a range follows the last one');
      lower = upper;
      from = to;
    }
    const wanted = message.wants.filter((id) => ids.indexOf(id) !== undefined);
    if (wanted.length < message.wants.length) return refused('it wants an id that was not named to it');
    return [...deps.sendEntries([...lacking, ...wanted]), ...framesOf(message.lower, reply, wants)];
  };

  return {
    open: () => {
      const whole = answerRange(0, ranges.size, new Uint8Array());
      return typeof whole === 'string' ? refused(whole) : framesOf(new Uint8Array(), whole, []);
    },
    receive,
  };
}

/** Leaves out frames that say nothing, and cuts the others to what one frame takes. */
function framesOf(
  start: Uint8Array,
  parts: readonly RangePart[],
  wants: readonly EntryId[],
): readonly ReconciliationEffect[] {
  const messages: RangesMessage[] = [];
  const perFrame = Math.floor(MAX_RECONCILIATION_BYTES / ID_BYTES / 2);
  for (let at = 0; at < wants.length; at += perFrame)
    messages.push({ type: 'ranges', lower: start, parts: [], wants: wants.slice(at, at + perFrame) });
  let lower = start;
  let kept: RangePart[] = [];
  let keptBytes = 0;
  const close = () => {
    // Neighbours that are the same merge, and say nothing at either end.
    const merged = kept.filter(
      (part, at) => !(part.type === 'same' && (kept[at + 1]?.type ?? 'same') === 'same'),
    );
    if (merged.length > 0) messages.push({ type: 'ranges', lower, parts: merged, wants: [] });
    kept = [];
    keptBytes = 0;
  };
  for (const part of parts) {
    const bytes = part.upper.length + 12 + (part.type === 'ids' ? part.ids.length * ID_BYTES : 0);
    if (keptBytes + bytes > MAX_RECONCILIATION_BYTES || kept.length === MAX_RANGE_PARTS) {
      const bound = kept.at(-1)!.upper;
      close();
      lower = bound;
    }
    kept.push(part);
    keptBytes += bytes;
  }
  close();
  return messages.map((message) => ({ type: 'send-message', message }));
}

function refused(reason: string): readonly ReconciliationEffect[] {
  return [{ type: 'refused', reason }];
}
