import type { SourceFile } from './source-file.ts';

/** What a folder says of itself. */
export interface PackageFacts {
  readonly product: string | undefined;
  readonly version: string | undefined;
}

const NOTHING: PackageFacts = { product: undefined, version: undefined };
/** A guess: no package.json is larger, and reading one must not take memory. */
const MAX_BYTES = 1024 * 1024;

/** Product and version by the package.json at the top of the folder, whatever byte-order mark an editor put before it. */
export async function readPackageFacts(files: readonly SourceFile[]): Promise<PackageFacts> {
  const source = files.find(({ path, sizeBytes }) => path === 'package.json' && sizeBytes < MAX_BYTES);
  if (source === undefined) return NOTHING;
  const bytes = new Uint8Array(await (await source.read()).arrayBuffer());
  try {
    const value: unknown = JSON.parse(decodeText(bytes));
    if (typeof value !== 'object' || value === null) return NOTHING;
    const { name, version } = value as Record<string, unknown>;
    return {
      product: typeof name === 'string' ? asProduct(name) || undefined : undefined,
      version: typeof version === 'string' ? version.slice(0, 64) : undefined,
    };
  } catch {
    return NOTHING;
  }
}

/** UTF-8 where no byte-order mark says UTF-16 (Encoding Standard, "BOM sniff"); the mark itself is left out. */
export function decodeText(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

function asProduct(name: string): string {
  return name
    .toLowerCase()
    .replace(/^@/, '')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64);
}
