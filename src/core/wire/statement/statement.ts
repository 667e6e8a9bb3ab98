import { type CborValue, concatBytes, decodeCbor, encodeCbor } from '../encoding/cbor.ts';
import {
  bytesOfId,
  type EntryId,
  type FleetId,
  type NodeId,
  type ReleaseId,
  type RolloutId,
} from '../encoding/ids.ts';
import { MAX_STATEMENT_BYTES } from '../encoding/limits.ts';
import { WireError } from '../encoding/refusal.ts';
import {
  type CborMap,
  optionalId,
  readable,
  readBytes,
  readFixedBytes,
  readId,
  readList,
  readMap,
  readOneOf,
  readOptionalId,
  readText,
  readUint,
} from '../encoding/shape.ts';
import { type HeardStage, readStage } from './device-stage.ts';
import { type FaultsContent, faultsMap, readFaults } from './release-faults.ts';
import { type ReleaseWarnings, readOptionalWarnings, warningsMap } from './release-warnings.ts';
import { readSummary, type SummaryContent, summaryMap } from './site-summary.ts';
import { isKnownKind, type OtherKind, readKind, type StatementKind } from './statement-kind.ts';

/**
 * What a node says of itself, signed, outside the ledger. Of one author and kind only the newest counts, by
 * (session, sequence): leases expire, receipts stay, and neither is ever an entry.
 */
export interface Statement {
  readonly fleet: FleetId;
  readonly author: NodeId;
  /** Counts the starts of the node, from a counter that it keeps. */
  readonly session: number;
  /** Counts the statements of the session. */
  readonly sequence: number;
  readonly timeMs: number;
  readonly content: OwnContent | OtherContent;
}

/** What this version says. */
export type OwnContent =
  | LeaseContent
  | ReceiptContent
  | AlarmContent
  | BeaconContent
  | SummaryContent
  | FaultsContent;

export type OwnStatement = Statement & { readonly content: OwnContent };

/** What a later version says: it is passed on by its bytes, and this version knows nothing of it but its kind (W11). */
export interface OtherContent {
  readonly type: 'other';
  readonly kind: OtherKind;
}

/** A lease of this build holds so long: Consul's default TTL checks are renewed at about a third of their life, as leases are. */
export const LEASE_MS = 30_000;

/** Present, until `validMs` have passed at whoever heard it. */
export interface LeaseContent {
  readonly type: 'lease';
  readonly validMs: number;
  readonly stage: HeardStage | undefined;
  readonly running: ReleaseId | undefined;
  readonly target: ReleaseId | undefined;
  readonly bytesHere: number | undefined;
  readonly links: readonly { readonly peer: NodeId; readonly rung: Rung }[];
  readonly freshness: Freshness;
  /** The switch to `target` waits, for so long at most, since what runs is busy (D14); undefined when it does not wait. */
  readonly heldForMs: number | undefined;
}

/** What a device did with a rollout. */
export interface ReceiptContent {
  readonly type: 'receipt';
  readonly stage: HeardStage;
  readonly rollout: RolloutId | undefined;
  readonly release: ReleaseId | undefined;
  /** In words for a person; empty when nothing is wrong. */
  readonly reason: string;
  readonly bytesFromPublisher: number;
  readonly bytesFromPeers: number;
  readonly warnings: ReleaseWarnings;
}

/** Something hostile or broken that the node turned away. */
export interface AlarmContent {
  readonly type: 'alarm';
  /** In words for a person. */
  readonly reason: string;
  /** The entry, bundle or node that it is about, as text. */
  readonly subject: string;
}

/** What the author's ledger holds and what time it is there: proof that nothing newer is being withheld. */
export interface BeaconContent {
  readonly type: 'beacon';
  /** The newest entries that no other one refers to, at most MAX_BEACON_FRONTIER. */
  readonly frontier: readonly EntryId[];
  readonly rootVersion: number;
  /** The next beacon comes within this time. */
  readonly intervalMs: number;
}

export type { DeviceStage } from './device-stage.ts';

export function kindOf({ content }: Statement): StatementKind {
  return content.type === 'other' ? content.kind : content.type;
}

/**
 * How sure a node is that it holds what there is: `fresh`, a beacon was heard in time and nothing it names is missing; `behind`,
 * it names what is not here; `stale`, none was heard in time; `unknown`, none ever; `short`, its storage lost entries that it had.
 */
export const FRESHNESS = ['fresh', 'behind', 'stale', 'unknown', 'short'] as const;
export type Freshness = (typeof FRESHNESS)[number];

/** Ids that fit a statement beside the rest. */
export const MAX_BEACON_FRONTIER = 32;
/** A guess: a longer one would prove nothing in time, a shorter one would flood. */
const BEACON_INTERVAL_MS = { least: 1_000, most: 86_400_000 };

export const RUNGS = ['lan', 'punched', 'turn-udp', 'turn-tcp', 'relay', 'unknown'] as const;
export type Rung = (typeof RUNGS)[number];

export interface SignedStatement {
  readonly signedBytes: Uint8Array;
  readonly signature: Uint8Array;
}

const MAX_LEASE_LINKS = 32;
const MAX_REASON_CHARACTERS = 500;
const MAX_SUBJECT_CHARACTERS = 200;
/** A guess: a lease longer than this would show the dead as present. */
const MAX_LEASE_MS = 300_000;
/** As long as an operator may let a release hold a switch (C6); who says more is taken for this much. */
const MAX_HELD_MS = 86_400_000;
const STATEMENT_DOMAIN = new TextEncoder().encode('fieldfare statement 1\0');

export function statementMessage(signedBytes: Uint8Array): Uint8Array {
  return concatBytes([STATEMENT_DOMAIN, signedBytes]);
}

/** Throws WireError for what decodeStatement would refuse. */
export function encodeStatement(statement: OwnStatement): Uint8Array {
  const map = {
    v: 1,
    fleet: bytesOfId(statement.fleet),
    author: bytesOfId(statement.author),
    session: statement.session,
    seq: statement.sequence,
    time: statement.timeMs,
    kind: statement.content.type,
    body: contentMap(statement.content),
  };
  const bytes = encodeCbor(readable(map, readStatement));
  if (bytes.length > MAX_STATEMENT_BYTES)
    throw new WireError(`the statement takes ${bytes.length} bytes, at most ${MAX_STATEMENT_BYTES} fit`);
  return bytes;
}

export function decodeStatement(signedBytes: Uint8Array): Statement {
  return readStatement(readMap(decodeCbor(signedBytes, { maxBytes: MAX_STATEMENT_BYTES }), 'the statement'));
}

function readStatement(map: CborMap): Statement {
  if (map.v !== 1) throw new WireError('the statement is of a version that is not known here');
  return {
    fleet: readId<FleetId>(map.fleet, 'fleet'),
    author: readId<NodeId>(map.author, 'author'),
    session: readUint(map.session, 'session'),
    sequence: readUint(map.seq, 'seq'),
    timeMs: readUint(map.time, 'time'),
    content: readContent(map),
  };
}

/** Throws WireError for what decodeSignedStatement would refuse. */
export function encodeSignedStatement({ signedBytes, signature }: SignedStatement): Uint8Array {
  return encodeCbor(readable([signedBytes, signature], readSignedStatement));
}

export function decodeSignedStatement(bytes: Uint8Array): SignedStatement {
  return readSignedStatement(decodeCbor(bytes, { maxBytes: MAX_STATEMENT_BYTES + 128 }));
}

function readSignedStatement(value: CborValue): SignedStatement {
  const [signedBytes, signature] = readList(value, 'the statement', 2);
  return {
    signedBytes: readBytes(signedBytes, 'the signed bytes', MAX_STATEMENT_BYTES),
    signature: readFixedBytes(signature, 'the signature', 64),
  };
}

/** The text of a reason, cut so that a statement always fits its bound. */
function boundReason(reason: string): string {
  return reason.length > MAX_REASON_CHARACTERS ? `${reason.slice(0, MAX_REASON_CHARACTERS - 1)}…` : reason;
}

function contentMap(content: OwnContent): CborMap {
  switch (content.type) {
    case 'lease':
      return leaseMap(content);
    case 'receipt':
      return receiptMap(content);
    case 'beacon':
      return {
        frontier: content.frontier.map(bytesOfId),
        root: content.rootVersion,
        interval: content.intervalMs,
      };
    case 'summary':
      return summaryMap(content);
    case 'faults':
      return faultsMap(content);
    case 'alarm':
      return {
        reason: boundReason(content.reason),
        subject: content.subject.slice(0, MAX_SUBJECT_CHARACTERS),
      };
  }
}

function readContent(map: CborMap): Statement['content'] {
  const kind = readKind(map.kind);
  if (!isKnownKind(kind)) return { type: 'other', kind };
  const body = readMap(map.body, `the ${kind}`);
  switch (kind) {
    case 'lease':
      return readLease(body);
    case 'receipt':
      return readReceipt(body);
    case 'beacon':
      return readBeacon(body);
    case 'summary':
      return readSummary(body);
    case 'faults':
      return readFaults(body);
    case 'alarm':
      return {
        type: 'alarm',
        reason: readText(body.reason, 'reason', MAX_REASON_CHARACTERS),
        subject: readText(body.subject, 'subject', MAX_SUBJECT_CHARACTERS),
      };
  }
}

function readBeacon(map: CborMap): BeaconContent {
  const intervalMs = readUint(map.interval, 'interval');
  if (intervalMs < BEACON_INTERVAL_MS.least || intervalMs > BEACON_INTERVAL_MS.most)
    throw new WireError('the interval of a beacon is out of range');
  return {
    type: 'beacon',
    frontier: readList(map.frontier, 'frontier', MAX_BEACON_FRONTIER).map((id) =>
      readId<EntryId>(id, 'frontier'),
    ),
    rootVersion: readUint(map.root, 'root'),
    intervalMs,
  };
}

function leaseMap(lease: LeaseContent): CborMap {
  return {
    valid: lease.validMs,
    stage: lease.stage ?? null,
    running: optionalId(lease.running),
    target: optionalId(lease.target),
    here: lease.bytesHere ?? null,
    links: lease.links.slice(0, MAX_LEASE_LINKS).map(({ peer, rung }) => [bytesOfId(peer), rung]),
    fresh: lease.freshness,
    // Left out where there is none, as leases of 1.0 are written.
    ...(lease.heldForMs !== undefined && { held: lease.heldForMs }),
  };
}

function readLease(map: CborMap): LeaseContent {
  return {
    type: 'lease',
    validMs: Math.min(readUint(map.valid, 'valid'), MAX_LEASE_MS),
    stage: map.stage === null ? undefined : readStage(map.stage),
    running: readOptionalId(map.running, 'running'),
    target: readOptionalId(map.target, 'target'),
    bytesHere: map.here === null ? undefined : readUint(map.here, 'here'),
    freshness: readOneOf('unknown', map.fresh, FRESHNESS, 'freshness'),
    heldForMs: map.held === undefined ? undefined : Math.min(readUint(map.held, 'held'), MAX_HELD_MS),
    links: readList(map.links, 'links', MAX_LEASE_LINKS).map((item) => {
      const [peer, rung] = readList(item, 'a link', 2);
      return {
        peer: readId<NodeId>(peer, "a link's peer"),
        rung: readOneOf('unknown', rung, RUNGS, 'rung'),
      };
    }),
  };
}

function receiptMap(receipt: ReceiptContent): CborMap {
  return {
    stage: receipt.stage,
    rollout: optionalId(receipt.rollout),
    release: optionalId(receipt.release),
    reason: boundReason(receipt.reason),
    publisher: receipt.bytesFromPublisher,
    peers: receipt.bytesFromPeers,
    ...(receipt.warnings.total > 0 && { warnings: warningsMap(receipt.warnings) }),
  };
}

function readReceipt(map: CborMap): ReceiptContent {
  return {
    type: 'receipt',
    stage: readStage(map.stage),
    rollout: readOptionalId<RolloutId>(map.rollout, 'rollout'),
    release: readOptionalId<ReleaseId>(map.release, 'release'),
    reason: readText(map.reason, 'reason', MAX_REASON_CHARACTERS),
    bytesFromPublisher: readUint(map.publisher, 'publisher'),
    bytesFromPeers: readUint(map.peers, 'peers'),
    warnings: readOptionalWarnings(map.warnings),
  };
}
