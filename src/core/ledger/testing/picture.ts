import type { Ledger } from '../ledger.ts';

/** All that a ledger shows, in an order of its own, as text: two nodes agree when their pictures are equal. */
export function pictureOf({ view, ...ledger }: Ledger): string {
  const entries = [...ledger.entries()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const paths = [...new Set(entries.map(({ path }) => path))].sort();
  return JSON.stringify({
    root: [view.rootVersion, view.rootThreshold, view.rootKeys, view.rootForkedAt],
    entries: entries.map(({ id }) => [id, ledger.standing(id)]),
    values: view.paths('/').map((path) => [path, view.get(path)?.setBy.id, view.get(path)?.content.id]),
    children: paths.map((path) => [path, view.children(path)]),
    why: paths.map((path) => {
      const { value, entries: rows } = ledger.explain(path);
      return [path, value?.setBy.id, rows.map(({ entry, outcome }) => [entry.id, outcome])];
    }),
    heads: paths.map((path) => ledger.heads(path)),
    frontiers: [ledger.frontier(), ledger.authorityFrontier()],
    grants: view.grants.map(({ entry }) => entry.id),
    quarantined: [...view.quarantined],
    devices: [...view.devices].map(([key, { entry }]) => [key, entry.id]).sort(),
    releases: [...view.releases.keys()].sort(),
    rollouts: view.rollouts.map(({ number, entry }) => [number, entry.id]),
  });
}
