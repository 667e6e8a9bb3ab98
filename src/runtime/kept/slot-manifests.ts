import type { Node } from '../../core/node/node.ts';
import type { ReleaseId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import { type ReleaseManifest, readReleaseBody, releasePath } from '../../core/wire/entry/release.ts';
import type { Keys } from '../../ports/keys.ts';
import type { RecordStore } from '../../ports/stores.ts';
import { openEnvelope } from '../intake/envelope.ts';

/**
 * Manifests of releases, from the ledger, and where that lacks the entry from a copy beside it: a device whose ledger came back short
 * still boots what it ran (K3).
 */
export interface SlotManifests {
  /** Undefined for what neither has, and for what the ledger has and does not let count. */
  of(release: ReleaseId): ReleaseManifest | undefined;
  /** Keeps copies of these entries and of no others. */
  keep(releases: readonly ReleaseId[]): Promise<void>;
}

const RECORD = 'slots';

export async function openSlotManifests(deps: {
  readonly node: Node;
  readonly keys: Keys;
  readonly records: RecordStore;
}): Promise<SlotManifests> {
  const { node, keys, records } = deps;
  const saved = await records.get(RECORD);
  const copies = new Map<ReleaseId, { readonly envelope: Uint8Array; readonly manifest: ReleaseManifest }>();
  for (const envelope of Array.isArray(saved) ? saved : []) {
    const read = envelope instanceof Uint8Array && (await readRelease(envelope, keys));
    if (read) copies.set(read.id, { envelope, manifest: read.manifest });
  }
  return {
    of: (release) =>
      node.ledger.accepted(release) === undefined
        ? copies.get(release)?.manifest
        : node.view().releases.get(release)?.manifest,
    keep: async (releases) => {
      for (const release of copies.keys()) if (!releases.includes(release)) copies.delete(release);
      for (const release of releases) {
        const envelope = node.ledger.envelope(release);
        const manifest = node.view().releases.get(release)?.manifest;
        if (envelope !== undefined && manifest !== undefined) copies.set(release, { envelope, manifest });
      }
      await records.put({ [RECORD]: Array.from(copies.values(), ({ envelope }) => envelope) });
    },
  };
}

/** A disk is no more to be trusted than a peer: the signatures must hold, and the id is the hash of what was signed. */
async function readRelease(
  envelope: Uint8Array,
  keys: Keys,
): Promise<{ readonly id: ReleaseId; readonly manifest: ReleaseManifest } | undefined> {
  try {
    const received = await openEnvelope(envelope, keys);
    if (received.entry.action !== 'create') return undefined;
    const manifest = readReleaseBody(received.entry.body);
    return received.entry.path === releasePath(manifest.product, manifest.counter)
      ? { id: received.entry.id, manifest }
      : undefined;
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
