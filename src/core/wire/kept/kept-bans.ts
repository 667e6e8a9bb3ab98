import { decodeCbor, encodeCbor } from '../encoding/cbor.ts';
import { decodeCheckedText, encodeCheckedText } from '../encoding/checked-text.ts';
import { bytesOfId, type NodeId } from '../encoding/ids.ts';
import { WireError } from '../encoding/refusal.ts';
import { readable, readId, readList, readMap, readName, readUint } from '../encoding/shape.ts';

/** A node that this one does not link with, because of what it sent (M12). */
export interface Ban {
  readonly peer: NodeId;
  /** Of the last strike, for people. */
  readonly reason: string;
  /** By the wall clock, as the end. */
  readonly bannedAtMs: number;
  readonly untilMs: number;
  /** Which ban of this node it is in a row, from 1. */
  readonly times: number;
}

/** The bans of an installation as they are kept. */
export interface KeptBans {
  /** Rises with each change: of several places the one with the highest holds what counts, so that a ban that was lifted stays lifted. */
  readonly revision: number;
  /** Oldest first; those that ended stay for a while, so that the next one of the same node is longer. */
  readonly bans: readonly Ban[];
}

export const NO_BANS: KeptBans = { revision: 0, bans: [] };

/** A guess: more remembers more of many bad nodes at once (keys are free to make), fewer makes each change cheaper to keep. */
export const MAX_BANS = 512;
/** A guess: enough for the sentence of any refusal. */
export const MAX_BAN_REASON_CHARACTERS = 160;
/** All bans at their longest take 150 KB, of characters of more than one byte twice that. */
const MAX_KEPT_BANS_BYTES = 512 * 1024;

/** As text with a checksum. Throws WireError for what decodeKeptBans would refuse. */
export function encodeKeptBans({ revision, bans }: KeptBans): string {
  const bytes = encodeCbor({
    v: 1,
    revision,
    bans: bans.map(({ peer, reason, bannedAtMs, untilMs, times }) => [
      bytesOfId(peer),
      reason,
      bannedAtMs,
      untilMs,
      times,
    ]),
  });
  return encodeCheckedText(readable(bytes, readBytes));
}

/** Throws WireError when the text is not a list of bans. */
export function decodeKeptBans(text: string): KeptBans {
  const bytes = decodeCheckedText(text, MAX_KEPT_BANS_BYTES);
  if (bytes === undefined) throw new WireError('the list of bans is cut short, changed or too long');
  return readBytes(bytes);
}

function readBytes(bytes: Uint8Array): KeptBans {
  const map = readMap(decodeCbor(bytes, { maxBytes: MAX_KEPT_BANS_BYTES }), 'the list of bans');
  if (map.v !== 1) throw new WireError('the list of bans is of a version that is not known here');
  return {
    revision: readUint(map.revision, 'revision'),
    bans: readList(map.bans, 'bans', MAX_BANS).map((item): Ban => {
      const [peer, reason, bannedAt, until, times] = readList(item, 'a ban', 5);
      return {
        peer: readId<NodeId>(peer, 'peer'),
        reason: readName(reason, 'the reason of a ban', MAX_BAN_REASON_CHARACTERS),
        bannedAtMs: readUint(bannedAt, 'the beginning of a ban'),
        untilMs: readUint(until, 'the end of a ban'),
        times: readUint(times, 'times'),
      };
    }),
  };
}
