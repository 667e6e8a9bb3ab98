import type { EntryId } from '../wire/encoding/ids.ts';
import type { GrantBody } from '../wire/entry/grant.ts';
import type { AcceptedEntry } from './accepted.ts';

/**
 * What an entry is written under: a grant, or the root itself (`undefined`). Grants form a tree below the root, each hanging
 * under the grant that its author wrote it under. "Above" means nearer the root on that tree.
 */
export type Capability = EntryId | undefined;

export interface Grant extends AcceptedEntry {
  readonly body: GrantBody;
  /** Grants from the root down to this one: 1 for a grant by a root key. */
  readonly depth: number;
}

export interface Capabilities {
  add(grant: Grant): void;
  grant(id: EntryId): Grant | undefined;
  all(): Iterable<Grant>;
  /** 0 for the root. */
  depth(capability: Capability): number;
  /** The capabilities strictly above this one, nearest first; the root, `undefined`, is the last. */
  above(capability: Capability): readonly Capability[];
}

export function createCapabilities(): Capabilities {
  const grants = new Map<EntryId, Grant>();
  const chains = new Map<EntryId, readonly Capability[]>();
  const depth = (capability: Capability) =>
    capability === undefined ? 0 : (grants.get(capability)?.depth ?? Number.POSITIVE_INFINITY);
  return {
    add: (grant) => {
      const { id, grant: under } = grant.entry;
      grants.set(id, grant);
      chains.set(id, [under, ...(under === undefined ? [] : chains.get(under)!)]);
    },
    grant: (id) => grants.get(id),
    all: () => grants.values(),
    depth,
    above: (capability) => (capability === undefined ? [] : chains.get(capability)!),
  };
}
