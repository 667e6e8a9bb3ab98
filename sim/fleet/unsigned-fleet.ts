import type { Signature } from '../../src/core/intake/signatures.ts';
import type { ReceivedEntry } from '../../src/core/ledger/accepted.ts';
import { digest, keyOf } from '../../src/core/ledger/testing/entry-writer.ts';
import {
  bytesOfId,
  type EntryId,
  type FleetId,
  idFromBytes,
  type NodeId,
} from '../../src/core/wire/encoding/ids.ts';
import type { CborMap } from '../../src/core/wire/encoding/shape.ts';
import { type AdmissionBody, admissionBody, admissionPath } from '../../src/core/wire/entry/admission.ts';
import {
  decodeEntry,
  encodeEntry,
  encodeEnvelope,
  type UnsignedEntry,
} from '../../src/core/wire/entry/entry.ts';
import { rootBody } from '../../src/core/wire/entry/genesis.ts';
import { type GrantedRole, grantBody } from '../../src/core/wire/entry/grant.ts';

/** Stands where a signature would; nobody signs here, and what changes it on the way makes it one that does not hold. */
export const UNSIGNED = new Uint8Array(64);
/** A signature that does not hold. */
export const FORGED = new Uint8Array(64).fill(1);

/** What a simulated check of the signature says. */
export function holdsUnsigned({ signature }: Signature): boolean {
  return signature[0] === 0;
}

/** Stands for the SHA-256 of signed bytes. */
export function idOfSignedBytes(signedBytes: Uint8Array): EntryId {
  return idFromBytes<EntryId>(digest(signedBytes));
}

/** Who may sign what, beside the root. */
export interface Holders {
  readonly release: NodeId;
  readonly operator: NodeId;
}

export interface Draft {
  readonly by: NodeId;
  /** The grant that it is written under; none where the author has none. */
  readonly grant: EntryId | undefined;
  readonly action: string;
  readonly path: string;
  readonly body: CborMap;
  readonly parents?: readonly EntryId[];
  /** Where another one writes in the author's name. */
  readonly signature?: typeof FORGED;
}

/** The authority of a simulated fleet: two quorums, one that releases and one that rolls out and admits devices. */
export interface UnsignedFleet {
  readonly id: FleetId;
  readonly holders: Holders;
  readonly grants: Readonly<Record<keyof Holders, EntryId>>;
  /** What every node has been given before it starts. */
  readonly founding: readonly ReceivedEntry[];
  write(draft: Draft): ReceivedEntry;
  /** The operator writes a further note. */
  writeNote(): ReceivedEntry;
}

const ROOT = keyOf('root');

export function createUnsignedFleet(
  devices: readonly Pick<AdmissionBody, 'device' | 'site'>[],
  holders: Holders = { release: keyOf('publisher'), operator: keyOf('operator') },
): UnsignedFleet {
  const sequences = new Map<NodeId, number>();
  const seal = (fleet: FleetId | undefined, authority: readonly EntryId[], draft: Draft): ReceivedEntry => {
    const sequence = sequences.get(draft.by) ?? 0;
    // What somebody else writes in the author's name takes no number from it.
    if (draft.signature === undefined) sequences.set(draft.by, sequence + 1);
    const unsigned: UnsignedEntry = {
      fleet,
      action: draft.action,
      path: draft.path,
      parents: [...(draft.parents ?? [])].sort(),
      authority: [...authority].sort(),
      author: draft.by,
      sequence,
      grant: draft.grant,
      body: draft.body,
      content: undefined,
      expiresAtMs: undefined,
      timeMs: 0,
    };
    const signedBytes = encodeEntry(unsigned);
    const signatures = [{ key: bytesOfId(draft.by), signature: draft.signature ?? UNSIGNED }];
    return {
      entry: decodeEntry(signedBytes, idOfSignedBytes(signedBytes)),
      envelope: encodeEnvelope({ signedBytes, signatures }),
      voucherKey: undefined,
    };
  };

  const genesis = seal(undefined, [], {
    by: ROOT,
    grant: undefined,
    action: 'root',
    path: '/',
    body: rootBody({ fleetName: 'Fleet', version: 1, threshold: 1, keys: [ROOT] }),
  });
  const id = genesis.entry.id;
  const grantOf = (key: NodeId, role: GrantedRole) =>
    seal(id, [id], {
      by: ROOT,
      grant: undefined,
      action: 'grant',
      path: '/',
      body: grantBody({
        keys: [key],
        threshold: 1,
        name: role,
        roles: [role],
        mayGrant: false,
        invitation: false,
        place: undefined,
      }),
    });
  const release = grantOf(holders.release, 'release');
  const operator = grantOf(holders.operator, 'operator');
  const grants = { release: release.entry.id, operator: operator.entry.id };
  const write = (draft: Draft) => seal(id, draft.grant === undefined ? [id] : [draft.grant], draft);
  const founding = [genesis, release, operator];
  for (const [place, { device, site }] of devices.entries())
    founding.push(
      write({
        by: holders.operator,
        grant: grants.operator,
        action: 'admit',
        path: admissionPath(device),
        body: admissionBody({ device, site, name: `device ${place}`, labels: {} }),
      }),
    );
  let notes = 0;
  return {
    id,
    holders,
    grants,
    founding,
    write,
    writeNote: () =>
      write({
        by: holders.operator,
        grant: grants.operator,
        action: 'create',
        path: `/notes/${notes++}`,
        body: { value: 'a note' },
      }),
  };
}
