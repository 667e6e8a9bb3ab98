import { compareBytes, concatBytes } from '../wire/encoding/cbor.ts';
import type { EntryId } from '../wire/encoding/ids.ts';
import {
  DIGEST_BYTES,
  MAX_RECONCILIATION_BYTES,
  NONCE_BYTES,
  type ReconciliationMessage,
  SHORT_ID_BYTES,
  SYMBOL_BYTES,
} from '../wire/link/reconciliation.ts';
import {
  createSymbolEncoder,
  differenceOf,
  peel,
  readSymbols,
  type SymbolEncoder,
  writeSymbols,
} from './coded-symbols.ts';
import type { ReconciliationEffect } from './effect.ts';
import type { IdSet } from './id-set.ts';
import { createKeyedSet, type KeyedSet, readShortIds, type ShortId, writeShortIds } from './keyed-set.ts';
import { createRangeDialogue, type RangeDialogue } from './range-dialogue.ts';
import { createRangeSet } from './range-set.ts';
import { type SipKey, sipKeyFromBytes } from './siphash.ts';
import { firstSymbols, symbolsAfter } from './sketch-size.ts';

/** A guess: entries that another node may claim; beyond it, sums of work that follow from the claim would hurt. */
export const MAX_COUNT = 1_000_000;
/** Coded symbols of one session, 576 KiB; a list of short ids is smaller long before, so honest ends stop there. */
export const MAX_SYMBOLS = 65_536;
/** Sketches of one session until the ends go over to ranges; the size is estimated anew each time, so honest ends need two or three. */
export const MAX_SKETCHES = 6;

/**
 * One reconciliation on one link: the ids that both ends held when the session was made. What an end adds later is no part of
 * it and must be sent to the other end as news, on the same ordered link. Inputs are the other end's messages in their order.
 */
export interface ReconciliationSession {
  /** To be sent first. */
  readonly greeting: ReconciliationMessage;
  receive(message: ReconciliationMessage): readonly ReconciliationEffect[];
}

type Phase =
  | { readonly type: 'greeting' }
  /** Leader: a sketch or list is out. Follower: waits for one. */
  | { readonly type: 'sketching' }
  | { readonly type: 'ranging'; readonly dialogue: RangeDialogue }
  | { readonly type: 'over' };

export function createReconciliationSession(deps: {
  readonly ids: IdSet;
  /** True at one end: it leads. */
  readonly leads: boolean;
  /** Eight random bytes of this end. */
  readonly nonce: Uint8Array;
}): ReconciliationSession {
  const { ids, leads, nonce } = deps;
  if (nonce.length !== NONCE_BYTES) throw new RangeError(`a nonce has ${NONCE_BYTES} bytes`);
  const size = ids.size;
  const oddSketch = ids.oddSketch();
  const sent = new Set<EntryId>();
  const heard: Uint8Array[] = [];
  let phase: Phase = { type: 'greeting' };
  let theirCount = 0;
  let key: SipKey = [0, 0, 0, 0];
  let set: KeyedSet | undefined;
  let encoder: SymbolEncoder | undefined;
  let listed = false;
  let answered = false;
  /** Leader: symbols sent. Follower: symbols taken, and how many were asked for. */
  let symbols = 0;
  let asked = 0;
  let sketches = 0;

  const keyed = (): KeyedSet => {
    set ??= createKeyedSet(ids, size, key);
    return set;
  };
  const encode = (count: number) => {
    encoder ??= createSymbolEncoder(keyed(), key);
    return encoder.symbols(count);
  };

  const say = (message: ReconciliationMessage): ReconciliationEffect => ({ type: 'send-message', message });

  const refuse = (reason: string): readonly ReconciliationEffect[] => {
    end();
    return [{ type: 'refused', reason }];
  };

  const end = () => {
    phase = { type: 'over' };
    set = undefined;
    encoder = undefined;
    heard.length = 0;
  };

  const sendEntries = (wanted: readonly EntryId[]): readonly ReconciliationEffect[] => {
    // As they came here, so that each follows what it refers to and none has to wait at the other end.
    const fresh = [...new Set(wanted)]
      .filter((id) => !sent.has(id))
      .sort((a, b) => (ids.indexOf(a) ?? 0) - (ids.indexOf(b) ?? 0));
    for (const id of fresh) sent.add(id);
    return fresh.length === 0 ? [] : [{ type: 'send-entries', ids: fresh }];
  };

  const goOverToRanges = (): RangeDialogue => {
    // Another key than the short ids': a meeting of two there says nothing here.
    const rangeKey: SipKey = [key[0] ^ 0x676e6172, key[1] ^ 0x00007365, key[2], key[3]];
    const dialogue = createRangeDialogue({
      ids,
      ranges: createRangeSet(ids, size, rangeKey),
      theirCount,
      sendEntries,
    });
    phase = { type: 'ranging', dialogue };
    set = undefined;
    encoder = undefined;
    heard.length = 0;
    return dialogue;
  };

  /** Leader: symbols up to `count`, or all short ids where they are fewer bytes. */
  const sendDifference = (count: number): readonly ReconciliationEffect[] => {
    sketches++;
    if (size * SHORT_ID_BYTES <= (count - symbols) * SYMBOL_BYTES) {
      listed = true;
      return inFrames(writeShortIds(shortIdsOf(keyed())), SHORT_ID_BYTES).map(({ bytes, last }) =>
        say({ type: 'list', shortIds: bytes, last }),
      );
    }
    if (count > MAX_SYMBOLS) return goOverToRanges().open();
    const run = writeSymbols(encode(count), symbols, count);
    symbols = count;
    return inFrames(run, SYMBOL_BYTES).map(({ bytes, last }) =>
      say({ type: 'sketch', symbols: bytes, last }),
    );
  };

  const onGreet = (message: Extract<ReconciliationMessage, { type: 'greet' }>) => {
    if (message.count > MAX_COUNT) return refuse(`it claims ${message.count} entries`);
    if (leads !== (message.oddSketch !== undefined))
      return refuse('both ends, or neither, would lead the reconciliation');
    theirCount = message.count;
    key = sipKeyFromBytes(concatBytes(leads ? [nonce, message.nonce] : [message.nonce, nonce]));
    phase = { type: 'sketching' };
    if (message.oddSketch === undefined) return [];
    return sendDifference(
      firstSymbols({ count: size, oddSketch }, { count: theirCount, oddSketch: message.oddSketch }),
    );
  };

  const onSketch = (message: Extract<ReconciliationMessage, { type: 'sketch' }>) => {
    heard.push(message.symbols);
    symbols += message.symbols.length / SYMBOL_BYTES;
    if (symbols > (asked === 0 ? MAX_SYMBOLS : asked)) return refuse('its sketch is longer than was asked');
    if (!message.last) return message.symbols.length === 0 ? refuse('an empty part of a sketch') : [];
    if (symbols === 0 || symbols < asked) return refuse('its sketch is shorter than was asked');
    sketches++;
    const theirs = readSymbols(heard);
    const ours = encode(symbols);
    const found = peel(differenceOf(ours, theirs), key);
    if (found !== undefined) return answer(found);
    if (sketches < MAX_SKETCHES) asked = Math.min(MAX_SYMBOLS, symbolsAfter(differenceOf(ours, theirs)));
    if (sketches === MAX_SKETCHES || asked === symbols) {
      goOverToRanges();
      return [say({ type: 'more', symbols: 0 })];
    }
    return [say({ type: 'more', symbols: asked })];
  };

  const onList = (message: Extract<ReconciliationMessage, { type: 'list' }>) => {
    if (!listed) heard.length = 0;
    listed = true;
    heard.push(message.shortIds);
    const bytes = heard.reduce((sum, part) => sum + part.length, 0);
    if (bytes > theirCount * SHORT_ID_BYTES) return refuse('its list is longer than its count');
    if (!message.last) return message.shortIds.length === 0 ? refuse('an empty part of a list') : [];
    const theirs = readShortIds(concatBytes(heard));
    if (theirs === undefined) return refuse('its list is not in order');
    const shared = new Set<number>();
    const lacked: ShortId[] = [];
    for (const shortId of theirs) {
      const indexes = keyed().indexesOf(shortId.low, shortId.high16);
      for (const index of indexes) shared.add(index);
      if (indexes.length === 0) lacked.push(shortId);
    }
    const ours = shortIdsOf(keyed()).filter((_, index) => !shared.has(index));
    return answer([...lacked, ...ours]);
  };

  /** Follower: the difference is known; say so, want what is lacking, and send what the leader lacks. */
  const answer = (difference: readonly ShortId[]): readonly ReconciliationEffect[] => {
    const ours = new Set<number>();
    const wants: ShortId[] = [];
    for (const shortId of difference) {
      const indexes = keyed().indexesOf(shortId.low, shortId.high16);
      for (const index of indexes) ours.add(index);
      if (indexes.length === 0) wants.push(shortId);
    }
    const common = keyed().digestWithout(ours);
    const answers = inFrames(writeShortIds(wants), SHORT_ID_BYTES).map(({ bytes, last }) =>
      say({ type: 'answer', common, wants: bytes, last }),
    );
    // The leader alone sees whether both mean the same by what they have in common; if not, it goes over to ranges.
    set = undefined;
    encoder = undefined;
    heard.length = 0;
    answered = true;
    return [...answers, ...sendEntries(Array.from(ours, (index) => ids.idAt(index)))];
  };

  const onMore = (count: number): readonly ReconciliationEffect[] => {
    if (listed) return refuse('it asks for more than everything');
    if (count === 0) return goOverToRanges().open();
    if (sketches >= MAX_SKETCHES) return refuse('it asks for more sketches than are sent in one session');
    if (count <= symbols || count > MAX_SYMBOLS)
      return refuse(`it asks for ${count} symbols after ${symbols}`);
    return sendDifference(count);
  };

  const onAnswer = (message: Extract<ReconciliationMessage, { type: 'answer' }>) => {
    heard.push(message.wants);
    const bytes = heard.reduce((sum, part) => sum + part.length, 0);
    if (bytes > size * SHORT_ID_BYTES) return refuse('it wants more entries than there are');
    if (!message.last) return message.wants.length === 0 ? refuse('an empty part of an answer') : [];
    const wants = readShortIds(concatBytes(heard));
    if (wants === undefined) return refuse('the ids that it wants are not in order');
    const indexes = new Set(wants.flatMap(({ low, high16 }) => keyed().indexesOf(low, high16)));
    const agreed =
      indexes.size === wants.length && compareBytes(keyed().digestWithout(indexes), message.common) === 0;
    const entries = sendEntries(Array.from(indexes, (index) => ids.idAt(index)));
    if (!agreed) return [...entries, ...goOverToRanges().open()];
    end();
    return entries;
  };

  const inSketching = (message: ReconciliationMessage): readonly ReconciliationEffect[] => {
    if (leads) {
      if (message.type === 'more') return onMore(message.symbols);
      if (message.type === 'answer') return onAnswer(message);
    } else {
      if (message.type === 'ranges') return inRanging(goOverToRanges(), message);
      if (!answered && message.type === 'sketch' && !listed) return onSketch(message);
      if (!answered && message.type === 'list') return onList(message);
    }
    return refuse(`a ${message.type} frame that nobody waits for`);
  };

  const inRanging = (dialogue: RangeDialogue, message: ReconciliationMessage) => {
    if (message.type !== 'ranges') return refuse(`a ${message.type} frame among ranges`);
    const effects = dialogue.receive(message);
    if (effects.some(({ type }) => type === 'refused')) end();
    return effects;
  };

  return {
    greeting: { type: 'greet', nonce, count: size, oddSketch: leads ? undefined : oddSketch },
    receive: (message) => {
      switch (phase.type) {
        case 'greeting':
          return message.type === 'greet' ? onGreet(message) : refuse('it does not greet first');
        case 'sketching':
          return inSketching(message);
        case 'ranging':
          return inRanging(phase.dialogue, message);
        case 'over':
          return [];
      }
    },
  };
}

function shortIdsOf(set: KeyedSet): ShortId[] {
  return Array.from({ length: set.size }, (_, index) => ({
    low: set.low[index]!,
    high16: set.high[index]! & 0xffff,
  }));
}

/** Cuts a run of items into what one frame takes; an empty run is one empty frame. */
function inFrames(run: Uint8Array, itemBytes: number): readonly { bytes: Uint8Array; last: boolean }[] {
  const perFrame = Math.floor((MAX_RECONCILIATION_BYTES - DIGEST_BYTES) / itemBytes) * itemBytes;
  const frames = Math.max(1, Math.ceil(run.length / perFrame));
  return Array.from({ length: frames }, (_, index) => ({
    bytes: run.subarray(index * perFrame, (index + 1) * perFrame),
    last: index === frames - 1,
  }));
}
