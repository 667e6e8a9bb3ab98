/**
 * `after`, with `before` in the place of every part whose content is the same: of the whole where all is. Whoever compares by identity,
 * as React does, then sees what changed and nothing else. For plain objects, arrays and maps; anything else is compared by identity.
 */
export function shareEqual<Value>(before: unknown, after: Value): Value {
  if (Object.is(before, after)) return after;
  if (Array.isArray(before) && Array.isArray(after))
    return shareItems(before, after) as unknown as typeof after;
  if (before instanceof Map && after instanceof Map) return shareMap(before, after) as typeof after;
  if (isPlain(before) && isPlain(after)) return shareFields(before, after) as typeof after;
  return after;
}

/** The same for a list whose items come, go and move: each is compared with the one that had its key. */
export function shareRows<Row>(
  before: readonly Row[],
  after: readonly Row[],
  keyOf: (row: Row) => string,
): readonly Row[] {
  const known = new Map(before.map((row) => [keyOf(row), row]));
  return shareList(
    before,
    after.map((row) => shareEqual(known.get(keyOf(row)), row)),
  );
}

/** The same for a list whose items are shared already: they are compared by identity alone. */
export function shareList<Item>(before: readonly Item[], after: readonly Item[]): readonly Item[] {
  const isSame = before.length === after.length && after.every((item, index) => item === before[index]);
  return isSame ? before : after;
}

function shareItems(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  return shareList(
    before,
    after.map((item, index) => shareEqual(before[index], item)),
  );
}

function shareMap(before: ReadonlyMap<unknown, unknown>, after: ReadonlyMap<unknown, unknown>) {
  const shared = new Map(Array.from(after, ([key, value]) => [key, shareEqual(before.get(key), value)]));
  const isSame =
    before.size === shared.size &&
    Array.from(shared).every(([key, value]) => before.has(key) && Object.is(before.get(key), value));
  return isSame ? before : shared;
}

type Fields = Readonly<Record<string, unknown>>;

/** No copy is made while all fields are the same, which is what nearly every call finds. */
function shareFields(before: Fields, after: Fields): Fields {
  let shared: Record<string, unknown> | undefined;
  let isSame = true;
  let count = 0;
  for (const key in after) {
    count++;
    const value = shareEqual(before[key], after[key]);
    if (!Object.is(value, after[key])) {
      shared ??= { ...after };
      shared[key] = value;
    }
    isSame &&= Object.is(value, before[key]) && (value !== undefined || key in before);
  }
  if (isSame && Object.keys(before).length === count) return before;
  return shared ?? after;
}

function isPlain(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
