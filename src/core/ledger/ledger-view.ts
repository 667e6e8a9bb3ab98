import type { AcceptedEntry } from './accepted.ts';
import type { Capabilities } from './capability.ts';
import type { RootChain } from './root-chain.ts';
import type { Sequences } from './sequences.ts';
import type { Standings } from './standing.ts';
import type { StandingGrant, Tree, View } from './view.ts';

/** The live view of a ledger, put together from what its parts keep. */
export interface LedgerView {
  readonly view: View;
  /** To be told which entries have another standing than before. */
  standingsChanged(changed: readonly AcceptedEntry[]): void;
}

export function createLedgerView(deps: {
  readonly roots: RootChain;
  readonly capabilities: Capabilities;
  readonly standings: Standings;
  readonly sequences: Sequences;
  readonly tree: Tree;
}): LedgerView {
  const { roots, capabilities, standings, sequences, tree } = deps;
  let grants: readonly StandingGrant[] | undefined;

  const view: View = {
    get fleetName() {
      return roots.current()?.body.fleetName ?? '';
    },
    get rootVersion() {
      return roots.current()?.body.version ?? 0;
    },
    get rootThreshold() {
      return roots.current()?.body.threshold ?? 0;
    },
    get rootKeys() {
      return roots.current()?.body.keys ?? [];
    },
    get rootForkedAt() {
      return roots.fork()?.version;
    },
    get grants() {
      grants ??= Array.from(capabilities.all())
        .filter((grant) => standings.of(grant).type === 'effective')
        .sort((a, b) => a.depth - b.depth || (a.entry.id < b.entry.id ? -1 : 1));
      return grants;
    },
    get quarantined() {
      return sequences.proofs();
    },
    devices: tree.devices,
    releases: tree.releases,
    get rollouts() {
      return tree.rollouts();
    },
    get: tree.get,
    children: tree.children,
    paths: tree.paths,
  };

  return {
    view,
    standingsChanged: (changed) => {
      if (changed.some(({ entry }) => entry.action === 'grant')) grants = undefined;
    },
  };
}
