import { randomBytes } from 'node:crypto';
import { MARKER_BYTES } from './ledger-frames.ts';

const NAME_PREFIX = 'ledger-';
const NAME = new RegExp(`^${NAME_PREFIX}[0-9a-f]{${2 * MARKER_BYTES}}$`);

/** The name of the ledger's file among `names`, or one with a marker of its own where there is none. */
export function ledgerName(names: readonly string[]): string {
  return (
    names.filter((name) => NAME.test(name)).sort()[0] ??
    `${NAME_PREFIX}${randomBytes(MARKER_BYTES).toString('hex')}`
  );
}

/** The marker of the file's frames is in its name, and so cannot be lost apart from it. */
export function markerOf(name: string): Uint8Array {
  return Buffer.from(name.slice(NAME_PREFIX.length), 'hex');
}
