import type { EntryId } from '../wire/encoding/ids.ts';
import { WireError } from '../wire/encoding/refusal.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { readAckBody, readRevokeBody } from '../wire/entry/revoke.ts';
import { readLinkBody, readRevertBody } from '../wire/entry/tree.ts';

/** All entries that this one names and that must be here before it is: its causal past begins with them. */
export function referencesOf(entry: Entry): readonly EntryId[] {
  const references = new Set([...entry.parents, ...entry.authority, ...namedInBody(entry)]);
  if (entry.grant !== undefined) references.add(entry.grant);
  if (entry.fleet !== undefined) references.add(entry.fleet);
  return [...references];
}

/** A body that cannot be read names nothing; the entry is refused for it when it is judged. */
function namedInBody(entry: Entry): readonly EntryId[] {
  try {
    switch (entry.action) {
      case 'revoke':
        return readRevokeBody(entry.body).frontier;
      case 'ack':
        return readAckBody(entry.body).entries;
      case 'revert':
        return [readRevertBody(entry.body)];
      case 'link':
        return [readLinkBody(entry.body)];
      default:
        return [];
    }
  } catch (error) {
    if (error instanceof WireError) return [];
    throw error;
  }
}

export function isAuthority(entry: Entry): boolean {
  return (
    entry.action === 'root' || entry.action === 'grant' || entry.action === 'revoke' || entry.action === 'ack'
  );
}
