/** Whether a path is one that the glob means. */
export type PathMatcher = (path: string) => boolean;

/**
 * A glob over paths, name by name (V2): `*` stands for any characters within one name, and `**`, as a name of its own, for any number of
 * names, none too. So "/config/**" is /config and all below it. Every other character stands for itself.
 */
export function matcherOf(glob: string): PathMatcher {
  const wanted = namesOf(glob);
  return (path) => matchesNames(wanted, namesOf(path));
}

function namesOf(path: string): readonly string[] {
  return path === '/' ? [] : path.slice(1).split('/');
}

function matchesNames(glob: readonly string[], names: readonly string[]): boolean {
  return matchesSequence(
    glob,
    names,
    (wanted) => wanted === '**',
    (wanted, name) => matchesSequence([...wanted], [...name], (sign) => sign === '*', Object.is),
  );
}

/**
 * Greedy, with the last gap as the only place to go back to: names come from other nodes, and a search that tried every gap would take
 * time without bound. Costs the product of both lengths at most.
 */
function matchesSequence<Item>(
  glob: readonly Item[],
  items: readonly Item[],
  isGap: (item: Item) => boolean,
  matches: (wanted: Item, item: Item) => boolean,
): boolean {
  let at = 0;
  let gap: { readonly globAt: number; readonly itemAt: number } | undefined;
  for (let itemAt = 0; itemAt < items.length; ) {
    const wanted = glob[at];
    if (wanted !== undefined && isGap(wanted)) {
      gap = { globAt: at, itemAt };
      at++;
    } else if (wanted !== undefined && matches(wanted, items[itemAt]!)) {
      at++;
      itemAt++;
    } else if (gap !== undefined) {
      gap = { globAt: gap.globAt, itemAt: gap.itemAt + 1 };
      at = gap.globAt + 1;
      itemAt = gap.itemAt;
    } else return false;
  }
  return glob.slice(at).every(isGap);
}
