import { type EntryId, idFromBytes, type NodeId } from '../../wire/encoding/ids.ts';
import type { CborMap } from '../../wire/encoding/shape.ts';
import { type Entry, encodeEntry, type UnsignedEntry } from '../../wire/entry/entry.ts';
import { rootBody } from '../../wire/entry/genesis.ts';
import { type GrantBody, grantBody } from '../../wire/entry/grant.ts';
import type { ReceivedEntry } from '../accepted.ts';

/** A key that nobody holds, the same for the same name: the ledger never sees a signature, only whose it is. */
export function keyOf(name: string): NodeId {
  const key = keys.get(name) ?? makeKey(name);
  keys.set(name, key);
  return key;
}

const keys = new Map<string, NodeId>();

function makeKey(name: string): NodeId {
  const bytes = digest(new TextEncoder().encode(`key ${name}`));
  bytes[31]! &= 0x3f;
  return idFromBytes<NodeId>(bytes);
}

/** 256 bits that spread well; no security is asked of ids here. FNV-1a (Fowler, Noll, Vo) in eight lanes. */
export function digest(bytes: Uint8Array): Uint8Array {
  const out = new DataView(new ArrayBuffer(32));
  for (let lane = 0; lane < 8; lane++) {
    let hash = 0x811c9dc5 ^ (lane * 0x9e3779b1);
    for (let at = 0; at < bytes.length; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    out.setUint32(lane * 4, (hash ^ (hash >>> 13)) >>> 0);
  }
  return new Uint8Array(out.buffer);
}

/** What a test says of an entry; the writer fills in the rest. */
export interface Draft {
  readonly by: string;
  readonly with?: readonly string[];
  readonly action: string;
  readonly path?: string;
  readonly body?: CborMap;
  readonly grant?: Entry | undefined;
  readonly parents?: readonly Entry[];
  /** What of the fleet's authority the author knew; genesis alone when absent. */
  readonly knowing?: readonly Entry[];
  /** The author's next number when absent. */
  readonly sequence?: number;
  readonly content?: Entry['content'];
  readonly expiresAtMs?: number;
  readonly timeMs?: number;
  /** The invitation's key whose voucher holds. */
  readonly voucher?: string;
}

export interface EntryWriter {
  readonly genesis: Entry;
  /** Everything that was written, oldest first. */
  readonly written: readonly ReceivedEntry[];
  write(draft: Draft): Entry;
  received(entry: Entry): ReceivedEntry;
}

/** A fleet on paper: root keys as named, every entry written one by one, by whom and in whose knowledge the test likes. */
export function createEntryWriter(root: { keys: readonly string[]; threshold: number }): EntryWriter {
  const written: ReceivedEntry[] = [];
  const byId = new Map<EntryId, ReceivedEntry>();
  const sequences = new Map<NodeId, number>();

  const seal = (draft: UnsignedEntry, voucherKey: NodeId | undefined): Entry => {
    const envelope = encodeEntry(draft);
    const entry: Entry = {
      ...draft,
      id: idFromBytes<EntryId>(digest(envelope)),
      cosigners: draft.cosigners ?? [],
    };
    sequences.set(draft.author, Math.max(sequences.get(draft.author) ?? 0, draft.sequence + 1));
    const known = byId.get(entry.id);
    if (known !== undefined) return known.entry;
    const received = { entry, envelope, voucherKey };
    byId.set(entry.id, received);
    written.push(received);
    return entry;
  };

  const [author, ...others] = root.keys.map(keyOf);
  const genesis = seal(
    {
      fleet: undefined,
      action: 'root',
      path: '/',
      parents: [],
      authority: [],
      author: author!,
      cosigners: others.sort(),
      sequence: 0,
      grant: undefined,
      body: rootBody({
        fleetName: 'Fleet',
        version: 1,
        threshold: root.threshold,
        keys: root.keys.map(keyOf),
      }),
      content: undefined,
      expiresAtMs: undefined,
      timeMs: 0,
    },
    undefined,
  );

  return {
    genesis,
    written,
    write: (draft) => {
      const by = keyOf(draft.by);
      const cosigners = (draft.with ?? []).map(keyOf).filter((key) => key !== by);
      return seal(
        {
          fleet: genesis.id,
          action: draft.action,
          path: draft.path ?? '/',
          parents: idsOf(draft.parents ?? []),
          authority: idsOf(draft.knowing ?? [genesis]),
          author: by,
          cosigners: [...new Set(cosigners)].sort(),
          sequence: draft.sequence ?? sequences.get(by) ?? 0,
          grant: draft.grant?.id,
          body: draft.body ?? {},
          content: draft.content,
          expiresAtMs: draft.expiresAtMs,
          timeMs: draft.timeMs ?? 1_000,
        },
        draft.voucher === undefined ? undefined : keyOf(draft.voucher),
      );
    },
    received: (entry) => byId.get(entry.id)!,
  };
}

/** A grant to one or several names; every role and the right to pass on unless told otherwise. */
export function grantTo(
  names: readonly string[],
  rest: Partial<Omit<GrantBody, 'keys' | 'name'>> = {},
): CborMap {
  return grantBody({
    keys: names.map(keyOf),
    threshold: 1,
    name: names.join(', '),
    roles: ['release', 'operator', 'beacon'],
    mayGrant: true,
    invitation: false,
    place: undefined,
    ...rest,
  });
}

function idsOf(entries: readonly Entry[]): readonly EntryId[] {
  return [...new Set(entries.map(({ id }) => id))].sort();
}
