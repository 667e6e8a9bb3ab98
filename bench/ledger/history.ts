import type { ReceivedEntry } from '../../src/core/ledger/ledger.ts';
import { bytesOfId, type EntryId, idFromBytes } from '../../src/core/wire/encoding/ids.ts';
import {
  decodeEntry,
  encodeEntry,
  encodeEnvelope,
  entryMessage,
  type UnsignedEntry,
} from '../../src/core/wire/entry/entry.ts';
import { rootBody } from '../../src/core/wire/entry/genesis.ts';
import { grantBody } from '../../src/core/wire/entry/grant.ts';
import { ackBody, revokeBody } from '../../src/core/wire/entry/revoke.ts';
import { modeBody, valueBody } from '../../src/core/wire/entry/tree.ts';
import type { Identity, Keys } from '../../src/ports/keys.ts';
import { seededRandom } from '../seeded-random.ts';

/** How a ledger of many entries came to be. */
export const SHAPES = ['one hot path', 'many paths', 'several authors', 'grants and revokes'] as const;
export type Shape = (typeof SHAPES)[number];

const AUTHORS = 16;
const SHARED_PATHS = 1_000;
/** With "grants and revokes": one entry in so many. */
const GRANT_EVERY = 100;
const REVOKE_EVERY = 500;

interface Author {
  readonly identity: Identity;
  readonly grant: EntryId;
  sequence: number;
}

export interface History {
  readonly fleet: EntryId;
  /** As they are stored and sent; each follows what it refers to. Genesis and grants come first and count. */
  readonly envelopes: readonly Uint8Array[];
  /** One more entry by the root, which knows all that was written. */
  byRoot(what: 'revoke' | 'sparing revoke' | 'ack' | 'mode'): Promise<ReceivedEntry>;
}

/** Writes `count` entries. Without `signed` their signatures are zeros, for parts that do not look at them. */
export async function writeHistory(
  keys: Keys,
  { shape, count, seed, signed }: { shape: Shape; count: number; seed: number; signed: boolean },
): Promise<History> {
  const random = seededRandom(seed);
  const identityOf = (number: number) => {
    const bytes = new Uint8Array(32).fill(seed & 255);
    new DataView(bytes.buffer).setUint32(0, number);
    return keys.fromSeed(bytes);
  };
  const root = { identity: await identityOf(0), sequence: 0 };
  const envelopes: Uint8Array[] = [];
  let fleet: EntryId | undefined;
  /** Each entry of authority knows the one before, and every other entry the newest. */
  let authority: EntryId | undefined;
  let last: EntryId | undefined;

  const seal = async (
    by: { readonly identity: Identity; sequence: number },
    draft: Pick<UnsignedEntry, 'action' | 'path' | 'parents' | 'grant' | 'body'>,
  ): Promise<ReceivedEntry> => {
    const signedBytes = encodeEntry({
      ...draft,
      fleet,
      authority: authority === undefined ? [] : [authority],
      author: by.identity.id,
      sequence: by.sequence++,
      content: undefined,
      expiresAtMs: undefined,
      timeMs: 1_750_000_000_000 + envelopes.length,
    });
    const id = idFromBytes<EntryId>(await keys.sha256(signedBytes));
    const signature = signed ? await by.identity.sign(entryMessage(signedBytes)) : new Uint8Array(64);
    const key = bytesOfId(by.identity.id);
    const envelope = encodeEnvelope({ signedBytes, signatures: [{ key, signature }] });
    return { entry: decodeEntry(signedBytes, id), envelope, voucherKey: undefined };
  };
  const write = async (...parameters: Parameters<typeof seal>): Promise<EntryId> => {
    const { entry, envelope } = await seal(...parameters);
    envelopes.push(envelope);
    last = entry.id;
    return entry.id;
  };
  const asRoot = { path: '/', parents: [], grant: undefined } as const;
  const rootKeys = { fleetName: 'Fleet', version: 1, threshold: 1, keys: [root.identity.id] };
  fleet = await write(root, { ...asRoot, action: 'root', body: rootBody(rootKeys) });
  authority = fleet;

  let granted = 0;
  const grantOne = async (): Promise<Author> => {
    const identity = await identityOf(++granted);
    const body = grantBody({
      keys: [identity.id],
      threshold: 1,
      name: `Person ${granted}`,
      roles: ['operator', 'release'],
      mayGrant: false,
      invitation: false,
      place: undefined,
    });
    authority = await write(root, { ...asRoot, action: 'grant', body });
    return { identity, grant: authority, sequence: 0 };
  };
  const authors: Author[] = [];
  for (let index = 0; index < AUTHORS; index++) authors.push(await grantOne());

  const heads = new Map<string, readonly EntryId[]>();
  while (envelopes.length < count) {
    const number = envelopes.length;
    if (shape === 'grants and revokes' && number % GRANT_EVERY === 0)
      authors[(number / GRANT_EVERY) % AUTHORS] = await grantOne();
    else if (shape === 'grants and revokes' && number % REVOKE_EVERY === 1) {
      const { identity } = authors[Math.floor(random() * AUTHORS)]!;
      const body = revokeBody({ key: identity.id, frontier: [last!], reason: 'left' });
      authority = await write(root, { ...asRoot, action: 'revoke', body });
    } else {
      const isAlone = shape === 'one hot path' || shape === 'many paths';
      const author = isAlone ? authors[0]! : authors[Math.floor(random() * AUTHORS)]!;
      const path = pathOf(shape, number, random);
      const before = heads.get(path) ?? [];
      // One in ten has not heard of the newest entry of the path, and forks it.
      const isBehind = !isAlone && random() < 0.1;
      const parents = (isBehind ? before.slice(1) : before.slice(0, 1)).slice(0, 1);
      const body = valueBody(`value ${number}`);
      const id = await write(author, { action: 'update', path, parents, grant: author.grant, body });
      heads.set(path, [id, ...before.slice(0, 1)]);
    }
  }

  return {
    fleet,
    envelopes,
    byRoot: (what) => {
      const victim = authors[0]!.identity.id;
      switch (what) {
        case 'revoke':
        case 'sparing revoke': {
          const frontier = what === 'revoke' ? [] : [last!];
          const body = revokeBody({ key: victim, frontier, reason: 'stolen' });
          return seal(root, { ...asRoot, action: 'revoke', body });
        }
        case 'ack':
          return seal(root, { ...asRoot, action: 'ack', body: ackBody({ entries: [last!] }) });
        case 'mode':
          return seal(authors[1]!, {
            action: 'mode',
            path: '/',
            parents: [],
            grant: authors[1]!.grant,
            body: modeBody(true),
          });
      }
    },
  };
}

function pathOf(shape: Shape, number: number, random: () => number): string {
  if (shape === 'one hot path') return '/config/fleet/theme';
  return shape === 'many paths'
    ? `/config/devices/${number}/theme`
    : `/config/labels/floor/${Math.floor(random() * SHARED_PATHS)}`;
}
