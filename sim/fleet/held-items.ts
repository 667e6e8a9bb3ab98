import type { ItemId } from '../../src/core/wire/link/item.ts';

/** The items that a node holds; it never lets go of one. What many held from the start is kept once for all of them. */
export interface HeldItems extends Iterable<ItemId> {
  has(item: ItemId): boolean;
  add(item: ItemId): void;
  /** What is held now, whatever comes later. Costs nothing, however much that is: one is taken for each link. */
  snapshot(): HeldThen;
  /** What is held here and was not there. */
  beyond(other: HeldThen): readonly ItemId[];
}

export interface HeldThen {
  readonly inherited: ReadonlySet<ItemId>;
  has(item: ItemId): boolean;
}

export function createHeldItems(inherited: ReadonlySet<ItemId>): HeldItems {
  /** How many were added before each. */
  const added = new Map<ItemId, number>();
  const all = (): readonly ItemId[] => [...inherited, ...added.keys()];
  return {
    has: (item) => added.has(item) || inherited.has(item),
    add: (item) => {
      if (!added.has(item)) added.set(item, added.size);
    },
    snapshot: () => {
      const count = added.size;
      return {
        inherited,
        has: (item) => (added.get(item) ?? Number.POSITIVE_INFINITY) < count || inherited.has(item),
      };
    },
    beyond: (other) =>
      (other.inherited === inherited ? [...added.keys()] : all()).filter((item) => !other.has(item)),
    [Symbol.iterator]: () => all()[Symbol.iterator](),
  };
}
