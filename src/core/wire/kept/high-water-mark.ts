import { decodeCbor, encodeCbor } from '../encoding/cbor.ts';
import { decodeCheckedText, encodeCheckedText } from '../encoding/checked-text.ts';
import { bytesOfId, type EntryId, type NodeId, type ReleaseId } from '../encoding/ids.ts';
import { WireError } from '../encoding/refusal.ts';
import { type CborMap, readable, readId, readList, readMap, readName, readUint } from '../encoding/shape.ts';
import { MAX_BEACON_FRONTIER } from '../statement/statement.ts';

/**
 * What a node has once reached in a fleet and must never fall below, whatever its stores give back (K2). Kept apart from them, in every
 * place of K1.
 */
export interface HighWaterMark {
  /** The highest counters committed of each product. */
  readonly floors: Readonly<Record<string, readonly Floor[]>>;
  /** Of each author the newest beacon that this node could prove: all that it named was here. */
  readonly beacons: readonly ProvenBeacon[];
  readonly ledger: LedgerMark;
}

/** A counter that was committed, and the release that had it. */
export interface Floor {
  readonly counter: number;
  readonly release: ReleaseId;
}

export interface ProvenBeacon {
  readonly author: NodeId;
  readonly session: number;
  readonly sequence: number;
  /** By the author's clock. */
  readonly timeMs: number;
  readonly rootVersion: number;
  readonly frontier: readonly EntryId[];
}

/** How far the ledger on disk had come. */
export interface LedgerMark {
  /** Entries that were accepted. The ledger only grows, so fewer of them are a loss. */
  readonly entries: number;
  /** Of those that no other one refers to, the last ones taken in: with them here their whole past is here. */
  readonly newest: readonly EntryId[];
}

export const EMPTY_MARK: HighWaterMark = { floors: {}, beacons: [], ledger: { entries: 0, newest: [] } };

/** A guess: floors kept of each product, so that a few voided releases in a row leave one that holds. */
export const MAX_FLOORS = 8;
/** A guess: authors of beacons that are kept, those that signed last. More survive a loss of one operator's browser, fewer take less room. */
export const MAX_BEACON_AUTHORS = 8;
/** A guess with room: all products with all their floors take 200 KiB. Local storage gives an origin 5 MB. */
const MAX_MARK_BYTES = 256 * 1024;
const MAX_PRODUCTS = 512;
const MAX_PRODUCT_CHARACTERS = 256;

/**
 * As text with a checksum: a place that gives back half of it, or other bytes, gives back nothing. Throws WireError for what
 * decodeHighWaterMark would refuse.
 */
export function encodeHighWaterMark(mark: HighWaterMark): string {
  const map: CborMap = {
    v: 1,
    floors: Object.fromEntries(
      Object.entries(mark.floors).map(([product, floors]) => [
        product,
        floors.map(({ counter, release }) => [counter, bytesOfId(release)]),
      ]),
    ),
    beacons: mark.beacons.map((beacon) => ({
      author: bytesOfId(beacon.author),
      session: beacon.session,
      seq: beacon.sequence,
      time: beacon.timeMs,
      root: beacon.rootVersion,
      frontier: beacon.frontier.map(bytesOfId),
    })),
    entries: mark.ledger.entries,
    newest: mark.ledger.newest.map(bytesOfId),
  };
  return encodeCheckedText(readable(encodeCbor(map), readMark));
}

/** Throws WireError when the text is not a mark. */
export function decodeHighWaterMark(text: string): HighWaterMark {
  const bytes = decodeCheckedText(text, MAX_MARK_BYTES);
  if (bytes === undefined) throw new WireError('the mark is cut short, changed or too long');
  return readMark(bytes);
}

function readMark(bytes: Uint8Array): HighWaterMark {
  const map = readMap(decodeCbor(bytes, { maxBytes: MAX_MARK_BYTES }), 'the mark');
  if (map.v !== 1) throw new WireError('the mark is of a version that is not known here');
  return {
    floors: readFloors(readMap(map.floors, 'floors')),
    beacons: readList(map.beacons, 'beacons', MAX_BEACON_AUTHORS).map((item) =>
      readBeacon(readMap(item, 'a beacon')),
    ),
    ledger: { entries: readUint(map.entries, 'entries'), newest: readFrontier(map.newest, 'newest') },
  };
}

function readFloors(map: CborMap): HighWaterMark['floors'] {
  const products = Object.keys(map);
  checkProducts(products);
  return Object.fromEntries(
    products.map((product) => [
      readName(product, 'a product of floors', MAX_PRODUCT_CHARACTERS),
      readList(map[product], `floors.${product}`, MAX_FLOORS).map((item): Floor => {
        const [counter, release] = readList(item, `a floor of ${product}`, 2);
        return { counter: readUint(counter, 'counter'), release: readId<ReleaseId>(release, 'release') };
      }),
    ]),
  );
}

function checkProducts(products: readonly string[]): void {
  if (products.length > MAX_PRODUCTS)
    throw new WireError(
      `the mark has floors of ${products.length} products, at most ${MAX_PRODUCTS} are kept`,
    );
}

function readBeacon(map: CborMap): ProvenBeacon {
  return {
    author: readId<NodeId>(map.author, 'author'),
    session: readUint(map.session, 'session'),
    sequence: readUint(map.seq, 'seq'),
    timeMs: readUint(map.time, 'time'),
    rootVersion: readUint(map.root, 'root'),
    frontier: readFrontier(map.frontier, 'frontier'),
  };
}

function readFrontier(value: CborMap[string] | undefined, where: string): readonly EntryId[] {
  return readList(value, where, MAX_BEACON_FRONTIER).map((id) => readId<EntryId>(id, where));
}
