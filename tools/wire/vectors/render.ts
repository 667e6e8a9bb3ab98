/** A decoded value as JSON: bytes as "hex:…", keys sorted, so that equal values are equal texts. */
export function render(value: unknown): string {
  return JSON.stringify(plain(value), undefined, 1);
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return `hex:${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, plain(item)]),
  );
}
