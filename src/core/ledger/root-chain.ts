import type { EntryId } from '../wire/encoding/ids.ts';
import { type RootBody, readRootBody } from '../wire/entry/genesis.ts';
import type { AcceptedEntry } from './accepted.ts';

/** The roots, one a version. Two of one version end the chain below them: then nobody can say which keys are the fleet's. */
export interface RootChain {
  /** True when the root made a version stand twice. */
  add(root: AcceptedEntry): boolean;
  body(id: EntryId): RootBody | undefined;
  version(id: EntryId): number;
  /** The last root that counts; undefined before genesis. */
  current(): { readonly id: EntryId; readonly body: RootBody } | undefined;
  counts(id: EntryId): boolean;
  /** The version that stands twice, with its roots. */
  fork(): { readonly version: number; readonly roots: readonly EntryId[] } | undefined;
  /** The roots that count and came after this one, oldest first. */
  after(id: EntryId): readonly { readonly id: EntryId; readonly body: RootBody }[];
}

export function createRootChain(): RootChain {
  const bodies = new Map<EntryId, RootBody>();
  const byVersion: AcceptedEntry[][] = [];

  const versionOf = (id: EntryId) => bodies.get(id)?.version ?? 0;
  const counting = (): AcceptedEntry[] => {
    const forkAt = byVersion.findIndex((roots) => roots.length > 1);
    return (forkAt === -1 ? byVersion : byVersion.slice(0, forkAt)).map((roots) => roots[0]!);
  };

  return {
    add: (root) => {
      const body = readRootBody(root.entry.body);
      bodies.set(root.entry.id, body);
      const slot = byVersion[body.version - 1] ?? [];
      slot.push(root);
      byVersion[body.version - 1] = slot;
      return slot.length > 1;
    },
    body: (id) => bodies.get(id),
    version: versionOf,
    current: () => {
      const last = counting().at(-1)?.entry.id;
      return last && { id: last, body: bodies.get(last)! };
    },
    counts: (id) => counting().some(({ entry }) => entry.id === id),
    fork: () => {
      const at = byVersion.findIndex((roots) => roots.length > 1);
      return at === -1
        ? undefined
        : { version: at + 1, roots: byVersion[at]!.map(({ entry }) => entry.id).sort() };
    },
    after: (id) =>
      counting()
        .slice(versionOf(id))
        .map(({ entry }) => ({ id: entry.id, body: bodies.get(entry.id)! })),
  };
}
