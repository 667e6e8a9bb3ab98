import { decodeCbor, encodeCbor } from '../encoding/cbor.ts';
import { MAX_SIGNAL_BYTES } from '../encoding/limits.ts';
import { WireError } from '../encoding/refusal.ts';
import { readable, readMap, readText, readUint } from '../encoding/shape.ts';

/** What two ends of an attempt tell each other; all that simple-peer is ever given. */
export type PeerSignal =
  | { readonly type: 'offer' | 'answer'; readonly sdp: string }
  | {
      readonly type: 'candidate';
      readonly candidate: {
        readonly candidate: string;
        readonly sdpMid: string | null;
        readonly sdpMLineIndex: number | null;
      };
    };

/** RFC 8839 gives no bound; a candidate of Chromium has about 150 characters. */
const MAX_CANDIDATE_CHARACTERS = 1024;

/**
 * Undefined for what stays here: simple-peer's own wish to renegotiate, which this protocol does not have, and a candidate that no reader
 * takes. Throws WireError for a description that none takes.
 */
export function encodePeerSignal(data: unknown): Uint8Array | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const signal = data as { type?: unknown; sdp?: unknown; candidate?: RTCIceCandidateInit };
  if ((signal.type === 'offer' || signal.type === 'answer') && typeof signal.sdp === 'string')
    return readable(encodeCbor({ type: signal.type, sdp: signal.sdp }), decodePeerSignal);
  if (signal.type !== 'candidate' || typeof signal.candidate?.candidate !== 'string') return undefined;
  const { candidate, sdpMid, sdpMLineIndex } = signal.candidate;
  const bytes = encodeCbor({
    type: 'candidate',
    candidate,
    mid: sdpMid ?? undefined,
    line: sdpMLineIndex ?? undefined,
  });
  try {
    return readable(bytes, decodePeerSignal);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return undefined;
  }
}

/** Throws WireError for anything else than a description of one data channel section, or a candidate. */
export function decodePeerSignal(bytes: Uint8Array): PeerSignal {
  const map = readMap(decodeCbor(bytes, { maxBytes: MAX_SIGNAL_BYTES }), 'signal');
  const type = readText(map.type, 'signal type', 16);
  if (type === 'offer' || type === 'answer') {
    const sdp = readText(map.sdp, 'description', MAX_SIGNAL_BYTES);
    const sections = sdp.split(/\r?\n/).filter((line) => line.startsWith('m='));
    // Attack: sections for audio and video make the browser build receivers and decoders for a stranger.
    if (sections.length !== 1 || !sections[0]!.startsWith('m=application '))
      throw new WireError('a description does not have exactly one section for data channels');
    return { type, sdp };
  }
  if (type !== 'candidate') throw new WireError('a signal is neither offer, answer nor candidate');
  const candidate = readText(map.candidate, 'candidate', MAX_CANDIDATE_CHARACTERS);
  if (candidate !== '' && !/^candidate:[\x20-\x7e]+$/.test(candidate))
    throw new WireError('a candidate is not one line that begins with "candidate:"');
  return {
    type,
    candidate: {
      candidate,
      sdpMid: map.mid === undefined ? null : readText(map.mid, 'candidate mid', 32),
      sdpMLineIndex: map.line === undefined ? 0 : readUint(map.line, 'candidate line'),
    },
  };
}
