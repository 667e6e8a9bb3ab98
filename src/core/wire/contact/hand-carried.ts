import { decodeCbor, encodeCbor } from '../encoding/cbor.ts';
import { decodeCheckedText, encodeCheckedText } from '../encoding/checked-text.ts';
import { bytesOfId, type FleetId } from '../encoding/ids.ts';
import { MAX_SIGNAL_BYTES } from '../encoding/limits.ts';
import { WireError } from '../encoding/refusal.ts';
import { readable, readBytes, readFixedBytes, readId, readList } from '../encoding/shape.ts';

/**
 * All signals of one end of an attempt in one text (docs/protocol.md, S-rules), for two people who paste it to each other or let
 * the other one's camera read it. It proves nothing: the handshake on the connection does.
 */
export interface HandCarriedSignals {
  readonly fleet: FleetId;
  /** Names the attempt, so that an answer is never taken for another offer's. */
  readonly attempt: Uint8Array;
  readonly end: 'offer' | 'answer';
  readonly signals: readonly Uint8Array[];
}

export const HAND_ATTEMPT_BYTES = 8;
/** What one end of a connector sends at most: its description and 64 candidates. */
const MAX_SIGNALS = 65;
/** A guess: a description and 20 candidates of Chromium have 4 KiB. */
const MAX_TEXT_BYTES = 16 * 1024;
const VERSION = 1;

/** Throws WireError for what decodeHandCarried would refuse. */
export function encodeHandCarried({ fleet, attempt, end, signals }: HandCarriedSignals): string {
  const body = encodeCbor([VERSION, bytesOfId(fleet), attempt, end === 'offer', [...signals]]);
  return encodeCheckedText(readable(body, readBody));
}

/** Throws WireError with a sentence for the person who pasted it. */
export function decodeHandCarried(text: string): HandCarriedSignals {
  const body = decodeCheckedText(text.replace(/\s+/g, ''), MAX_TEXT_BYTES);
  if (body === undefined)
    throw new WireError('This text is cut short or changed. Copy the whole text from the other browser.');
  return readBody(body);
}

function readBody(body: Uint8Array): HandCarriedSignals {
  const [version, fleet, attempt, isOffer, signals] = readList(
    decodeCbor(body, { maxBytes: MAX_TEXT_BYTES }),
    'the text',
    5,
  );
  if (version !== VERSION)
    throw new WireError('This text was made by another version. Bring both browsers to the same one.');
  if (typeof isOffer !== 'boolean') throw new WireError('This text is neither an offer nor an answer.');
  return {
    fleet: readId<FleetId>(fleet, 'fleet'),
    attempt: readFixedBytes(attempt, 'attempt', HAND_ATTEMPT_BYTES),
    end: isOffer ? 'offer' : 'answer',
    signals: readList(signals, 'signals', MAX_SIGNALS).map((signal) =>
      readBytes(signal, 'a signal', MAX_SIGNAL_BYTES),
    ),
  };
}
