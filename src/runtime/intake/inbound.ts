import type { ReceivedEntry } from '../../core/ledger/ledger.ts';
import type { PlainMessage } from '../../core/node/input.ts';
import type { ItemId } from '../../core/wire/link/item.ts';
import { decodeMessage, type LinkMessage } from '../../core/wire/link/message.ts';
import type { Statement } from '../../core/wire/statement/statement.ts';

/** What came of one part of a frame; parts come out in the order in which the frames had them. */
export type InboundPart =
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
  | { readonly type: 'unwanted' }
  /** A message of a later version. */
  | { readonly type: 'unknown' };

/** How it came along the broadcast, as the neighbour says. */
export type Pushed = Pick<Extract<LinkMessage, { type: 'push' }>, 'hops' | 'entrance'>;

/** What checking bytes came to. */
export type Opened<Value> =
  | { readonly type: 'new'; readonly value: Value }
  /** Here already, or about to be, or older than what is here. */
  | { readonly type: 'known'; readonly item: ItemId }
  /** Nothing that this node takes from that neighbour. */
  | { readonly type: 'unwanted' };

/** The frames of one link, read in order while the signatures of several entries and statements are checked at once. */
export interface Inbound {
  /** False when more is waiting than is kept: nothing further is read, and the link should end. */
  push(frame: Uint8Array): boolean;
  /** Resolves when all that was pushed so far has come out. */
  drained(): Promise<void>;
  /** Drops what waits and what is being checked: nothing comes out any more. Idempotent. */
  close(): void;
}

export interface InboundDeps {
  /** Both reject with WireError for what must be refused. */
  readonly openEntry: (envelope: Uint8Array) => Promise<Opened<ReceivedEntry>>;
  readonly openStatement: (bytes: Uint8Array) => Promise<Opened<Statement>>;
  readonly deliver: (part: InboundPart) => void;
  /** An entry or statement that came in bulk was here already. */
  readonly onKnown: (sizeBytes: number) => void;
  /** Once a frame, for the first fault in it; what was not yet being checked of that frame is not looked at any more. */
  readonly onBadFrame: (error: unknown) => void;
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

interface FrameState {
  bad: boolean;
}

interface Check {
  readonly frame: FrameState;
  /** Never rejects. */
  readonly outcome: Promise<
    | { readonly type: 'passed'; readonly part: InboundPart | undefined }
    | { readonly type: 'failed'; readonly error: unknown }
  >;
}

export function createInbound(deps: InboundDeps): Inbound {
  const { openEntry, openStatement, deliver, onBadFrame } = deps;
  const frames: Uint8Array[] = [];
  let waitingBytes = 0;
  /** Nothing more is taken. */
  let ended = false;
  let isClosed = false;
  let pumping: Promise<void> | undefined;
  let opened: Iterator<Check> | undefined;
  /** In the order in which they will come out. */
  const underway: Check[] = [];

  const begin = (frame: FrameState, check: () => Promise<InboundPart | undefined>): Check => ({
    frame,
    // Caught at once: a later one may fail while an earlier one is awaited.
    outcome: check().then(
      (part) => ({ type: 'passed', part }),
      (error: unknown) => ({ type: 'failed', error }),
    ),
  });

  const checkEntry = async (envelope: Uint8Array, pushed: Pushed | undefined) => {
    const opened = await openEntry(envelope);
    return opened.type === 'new'
      ? ({ type: 'entry', received: opened.value, pushed } as const)
      : nothingNew(opened, envelope, pushed);
  };
  const checkStatement = async (bytes: Uint8Array, pushed: Pushed | undefined) => {
    const opened = await openStatement(bytes);
    return opened.type === 'new'
      ? ({ type: 'statement', statement: opened.value, bytes, pushed } as const)
      : nothingNew(opened, bytes, pushed);
  };
  const nothingNew = (
    opened: Exclude<Opened<unknown>, { type: 'new' }>,
    bytes: Uint8Array,
    pushed: Pushed | undefined,
  ): InboundPart | undefined => {
    if (opened.type === 'unwanted') return opened;
    // What came in bulk says nothing about the tree.
    if (pushed !== undefined) return { type: 'duplicate', item: opened.item, pushed };
    if (!isClosed) deps.onKnown(bytes.length);
    return undefined;
  };

  /** One check at a time, begun when it is asked for. */
  function* checksOf(bytes: Uint8Array): Generator<Check> {
    const frame: FrameState = { bad: false };
    let message: ReturnType<typeof decodeMessage>;
    try {
      message = decodeMessage(bytes);
    } catch (error) {
      yield begin(frame, () => Promise.reject(error));
      return;
    }
    switch (message.type) {
      case 'push': {
        const check = message.kind === 'entry' ? checkEntry : checkStatement;
        const { payload, hops, entrance } = message;
        yield begin(frame, () => check(payload, { hops, entrance }));
        return;
      }
      case 'entries':
        for (const envelope of message.envelopes) {
          if (frame.bad) return;
          yield begin(frame, () => checkEntry(envelope, undefined));
        }
        return;
      case 'statements':
        for (const item of message.statements) {
          if (frame.bad) return;
          yield begin(frame, () => checkStatement(item, undefined));
        }
        return;
      case 'unknown': {
        const part: InboundPart = message;
        yield begin(frame, () => Promise.resolve(part));
        return;
      }
      default: {
        const part: InboundPart = { type: 'message', message };
        yield begin(frame, () => Promise.resolve(part));
      }
    }
  }

  const nextCheck = (): Check | undefined => {
    for (;;) {
      const next = opened?.next();
      if (next?.done === false) return next.value;
      const frame = frames.shift();
      if (frame === undefined) {
        opened = undefined;
        return undefined;
      }
      waitingBytes -= costOf(frame);
      opened = checksOf(frame);
    }
  };

  const settle = async ({ frame, outcome }: Check): Promise<void> => {
    const settled = await outcome;
    if (isClosed) return;
    try {
      if (settled.type === 'failed') throw settled.error;
      if (settled.part !== undefined) deliver(settled.part);
    } catch (error) {
      if (!frame.bad) onBadFrame(error);
      frame.bad = true;
    }
  };

  const fill = () => {
    while (underway.length < MAX_CHECKS) {
      const check = nextCheck();
      if (check === undefined) return;
      underway.push(check);
    }
  };

  const pump = async (): Promise<void> => {
    for (let first = underway[0]; first !== undefined; first = underway[0]) {
      await settle(first);
      underway.shift();
      fill();
    }
    pumping = undefined;
  };

  const end = () => {
    ended = true;
    frames.length = 0;
    waitingBytes = 0;
  };

  return {
    push: (frame) => {
      if (ended || waitingBytes + costOf(frame) > MAX_WAITING_BYTES) {
        end();
        return false;
      }
      frames.push(frame);
      waitingBytes += costOf(frame);
      fill();
      if (underway.length > 0) pumping ??= pump();
      return true;
    },
    drained: () => pumping ?? Promise.resolve(),
    close: () => {
      end();
      isClosed = true;
      opened = undefined;
    },
  };
}

function costOf(frame: Uint8Array): number {
  return frame.length + FRAME_OVERHEAD_BYTES;
}
