import type { ReceivedEntry } from '../ledger/accepted.ts';
import type { PlainMessage } from '../node/input.ts';
import type { ItemId } from '../wire/link/item.ts';
import { decodeMessage, type LinkMessage } from '../wire/link/message.ts';
import type { Statement } from '../wire/statement/statement.ts';
import { type Opened, refusalOf } from './opened.ts';

/** What came of one part of a frame; parts come out in the order in which the frames had them. */
export type FramePart =
  | { readonly type: 'message'; readonly message: PlainMessage }
  /** `pushed`: undefined for what came with others because this end lacked it. */
  | { readonly type: 'entry'; readonly received: ReceivedEntry; readonly pushed: Pushed | undefined }
  | {
      readonly type: 'statement';
      readonly statement: Statement;
      readonly bytes: Uint8Array;
      readonly pushed: Pushed | undefined;
    }
  /** It was pushed, and is here or about to be. */
  | { readonly type: 'duplicate'; readonly item: ItemId; readonly pushed: Pushed }
  /** It came in bulk, and is here or about to be. */
  | { readonly type: 'known'; readonly sizeBytes: number }
  | { readonly type: 'unwanted' }
  /** A message of a later version. */
  | { readonly type: 'unknown' }
  /** Once a frame, for the first fault in it; what was not yet being checked of that frame is not looked at any more. */
  | Extract<Opened<never>, { type: 'refused' | 'failed' }>;

/** How it came along the broadcast, as the neighbour says. */
export type Pushed = Pick<Extract<LinkMessage, { type: 'push' }>, 'hops' | 'entrance'>;

/** The frames of one link, read in order while the signatures of several entries and statements are checked at once. */
export interface LinkReader {
  /** False when more is waiting than is kept: nothing further is read, and the link should end. */
  push(frame: Uint8Array): boolean;
  /** Nothing further is read. */
  isOver(): boolean;
  /** Drops what waits and what is being checked: nothing comes out any more. Idempotent. */
  close(): void;
}

export interface LinkReaderDeps {
  /** Both begin a check, name it, and call `conclude` once, at once or later. */
  readonly openEntry: (envelope: Uint8Array, conclude: (opened: Opened<ReceivedEntry>) => void) => number;
  readonly openStatement: (bytes: Uint8Array, conclude: (opened: Opened<Statement>) => void) => number;
  readonly giveUp: (check: number) => void;
  readonly deliver: (part: FramePart) => void;
}

/**
 * Checks of one link under way. Measured: with half as many, threads that check wait for the page. Less spares memory: this
 * many entries of 64 KiB at most are decoded ahead of what the node has taken in, and as many are checked in vain when a
 * frame turns out to be bad.
 */
export const MAX_CHECKS = 256;
/** Twice what a sender lets pile up before it hangs up (M8). */
export const MAX_WAITING_BYTES = 32 * 1024 * 1024;
/** What keeping a frame costs beside its bytes, a guess. Attack: frames of a byte, millions of which would wait below the bound. */
const FRAME_OVERHEAD_BYTES = 256;

interface Frame {
  isBad: boolean;
}

/** One part of a frame on its way through. */
interface Place {
  readonly frame: Frame;
  check: number | undefined;
  part: FramePart | undefined;
}

export function createLinkReader(deps: LinkReaderDeps): LinkReader {
  const { openEntry, openStatement, deliver } = deps;
  const frames: Uint8Array[] = [];
  let waitingBytes = 0;
  /** Nothing more is taken. */
  let hasEnded = false;
  let isAdvancing = false;
  let parts: Iterator<Place> | undefined;
  /** In the order in which they will come out. */
  const underway: Place[] = [];

  const place = (frame: Frame, part?: FramePart): Place => ({ frame, check: undefined, part });

  const conclude = (at: Place, part: FramePart) => {
    at.part = part;
    advance();
  };

  const entryPlace = (frame: Frame, envelope: Uint8Array, pushed: Pushed | undefined): Place => {
    const at = place(frame);
    at.check = openEntry(envelope, (opened) =>
      conclude(
        at,
        opened.type === 'new'
          ? { type: 'entry', received: opened.value, pushed }
          : withoutNews(opened, envelope, pushed),
      ),
    );
    return at;
  };

  const statementPlace = (frame: Frame, bytes: Uint8Array, pushed: Pushed | undefined): Place => {
    const at = place(frame);
    at.check = openStatement(bytes, (opened) =>
      conclude(
        at,
        opened.type === 'new'
          ? { type: 'statement', statement: opened.value, bytes, pushed }
          : withoutNews(opened, bytes, pushed),
      ),
    );
    return at;
  };

  /** One part at a time, whose check begins when it is asked for. */
  function* partsOf(bytes: Uint8Array): Generator<Place> {
    const frame: Frame = { isBad: false };
    let message: ReturnType<typeof decodeMessage>;
    try {
      message = decodeMessage(bytes);
    } catch (error) {
      yield place(frame, refusalOf(error));
      return;
    }
    switch (message.type) {
      case 'push': {
        const open = message.kind === 'entry' ? entryPlace : statementPlace;
        yield open(frame, message.payload, { hops: message.hops, entrance: message.entrance });
        return;
      }
      case 'entries':
        for (const envelope of message.envelopes) {
          if (frame.isBad) return;
          yield entryPlace(frame, envelope, undefined);
        }
        return;
      case 'statements':
        for (const bytesOfOne of message.statements) {
          if (frame.isBad) return;
          yield statementPlace(frame, bytesOfOne, undefined);
        }
        return;
      case 'unknown':
        yield place(frame, message);
        return;
      default:
        yield place(frame, { type: 'message', message });
    }
  }

  const nextPlace = (): Place | undefined => {
    for (;;) {
      const next = parts?.next();
      if (next?.done === false) return next.value;
      const frame = frames.shift();
      if (frame === undefined) {
        parts = undefined;
        return undefined;
      }
      waitingBytes -= costOf(frame);
      parts = partsOf(frame);
    }
  };

  const settle = ({ frame }: Place, part: FramePart) => {
    const isFault = part.type === 'refused' || part.type === 'failed';
    if (!isFault || !frame.isBad) deliver(part);
    frame.isBad ||= isFault;
  };

  const advance = () => {
    // A check that was concluded as soon as it began.
    if (isAdvancing) return;
    isAdvancing = true;
    for (;;) {
      const first = underway[0];
      if (first?.part !== undefined) {
        underway.shift();
        settle(first, first.part);
        continue;
      }
      const next = underway.length < MAX_CHECKS ? nextPlace() : undefined;
      if (next === undefined) break;
      underway.push(next);
    }
    isAdvancing = false;
  };

  const end = () => {
    hasEnded = true;
    frames.length = 0;
    waitingBytes = 0;
  };

  return {
    push: (frame) => {
      if (hasEnded || waitingBytes + costOf(frame) > MAX_WAITING_BYTES) {
        end();
        return false;
      }
      frames.push(frame);
      waitingBytes += costOf(frame);
      advance();
      return true;
    },
    isOver: () => hasEnded,
    close: () => {
      end();
      parts = undefined;
      for (const { check } of underway.splice(0)) if (check !== undefined) deps.giveUp(check);
    },
  };
}

function withoutNews(
  opened: Exclude<Opened<unknown>, { type: 'new' }>,
  { length: sizeBytes }: Uint8Array,
  pushed: Pushed | undefined,
): FramePart {
  if (opened.type !== 'known') return opened;
  // What came in bulk says nothing about the tree.
  return pushed === undefined
    ? { type: 'known', sizeBytes }
    : { type: 'duplicate', item: opened.item, pushed };
}

function costOf(frame: Uint8Array): number {
  return frame.length + FRAME_OVERHEAD_BYTES;
}
