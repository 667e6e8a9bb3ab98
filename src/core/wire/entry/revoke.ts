import { bytesOfId, type EntryId, type NodeId } from '../encoding/ids.ts';
import { MAX_PARENTS } from '../encoding/limits.ts';
import { type CborMap, readable, readId, readList, readText } from '../encoding/shape.ts';

/**
 * Body of a `revoke` entry: what the key signs below the entry's path no longer counts, except what lies in the causal past of
 * `frontier`. An earlier frontier takes back more; the frontier of the revoke itself takes back nothing that it saw.
 */
export interface RevokeBody {
  readonly key: NodeId;
  readonly frontier: readonly EntryId[];
  /** For people. */
  readonly reason: string;
}

/** Throws WireError for what readRevokeBody would refuse. */
export function revokeBody({ key, frontier, reason }: RevokeBody): CborMap {
  return readable<CborMap>(
    { key: bytesOfId(key), frontier: frontier.map(bytesOfId), reason },
    readRevokeBody,
  );
}

export function readRevokeBody(body: CborMap): RevokeBody {
  return {
    key: readId<NodeId>(body.key, 'the revoked key'),
    frontier: readList(body.frontier, 'the frontier', MAX_PARENTS).map((id) =>
      readId<EntryId>(id, 'the frontier'),
    ),
    reason: readText(body.reason, 'the reason', 500),
  };
}

/** Body of an `ack` entry: these entries count although a revoke, a rotation or an equivocation voids them. */
export interface AckBody {
  readonly entries: readonly EntryId[];
}

/** Throws WireError for what readAckBody would refuse. */
export function ackBody(ack: AckBody): CborMap {
  return readable<CborMap>({ entries: ack.entries.map(bytesOfId) }, readAckBody);
}

export function readAckBody(body: CborMap): AckBody {
  return {
    entries: readList(body.entries, 'the acked entries', MAX_PARENTS).map((id) =>
      readId<EntryId>(id, 'an acked entry'),
    ),
  };
}
