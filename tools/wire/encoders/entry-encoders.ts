import fc from 'fast-check';
import { encodeMetainfo } from '../../../src/adapters/webtorrent/metainfo.ts';
import { type CborValue, encodeCbor } from '../../../src/core/wire/encoding/cbor.ts';
import {
  LABEL_BOUNDS,
  MAX_ENTRY_BYTES,
  MAX_PARENTS,
  MAX_ROLES,
  MAX_SIGNATURES,
} from '../../../src/core/wire/encoding/limits.ts';
import { admissionBody } from '../../../src/core/wire/entry/admission.ts';
import { type Envelope, encodeEntry, encodeEnvelope } from '../../../src/core/wire/entry/entry.ts';
import { rootBody } from '../../../src/core/wire/entry/genesis.ts';
import { grantBody, type HeardRole, ROLES, voucherField } from '../../../src/core/wire/entry/grant.ts';
import { encodeProposal } from '../../../src/core/wire/entry/proposal.ts';
import { MAX_METAINFO_BYTES, MAX_RELEASE_FILES, releaseBody } from '../../../src/core/wire/entry/release.ts';
import { ackBody, revokeBody } from '../../../src/core/wire/entry/revoke.ts';
import { rolloutBody } from '../../../src/core/wire/entry/rollout.ts';
import { SERVICE_BOUNDS, serviceBody } from '../../../src/core/wire/entry/service.ts';
import { linkBody, modeBody, revertBody, slinkBody, valueBody } from '../../../src/core/wire/entry/tree.ts';
import {
  bytesOf,
  bytesUpTo,
  entriesUpTo,
  entry,
  fileAt,
  infoHash,
  listUpTo,
  maybe,
  mostly,
  node,
  nodeAt,
  nodesUpTo,
  textsUpTo,
  textUpTo,
  uint,
  uintUpTo,
} from './around-bounds.ts';
import { body, type Encoding, of, text } from './encoding.ts';

const labels = textsUpTo(LABEL_BOUNDS.items, LABEL_BOUNDS.characters);
const name = textUpTo(100);
const flag = fc.boolean();
/** Of this version, of later ones up to the bounds of a name and of their number, and what is no role. */
const roles = mostly<HeardRole[]>(
  fc.constantFrom(
    [...ROLES],
    ['device'],
    laterRoles(1, 1),
    laterRoles(1, 32),
    [...ROLES, ...laterRoles(MAX_ROLES - ROLES.length, 32)],
    laterRoles(MAX_ROLES, 2),
  ),
  fc.constantFrom(
    [],
    ['device', 'device'],
    laterRoles(1, 0),
    laterRoles(1, 33),
    laterRoles(MAX_ROLES + 1, 2),
    ...['root', '-gate', 'Gate', 'gate1', 'gate '].map((role) => [role as HeardRole]),
  ),
);
const path = mostly(
  fc.constantFrom('/', '/config/fleet/a', `/${'n'.repeat(256)}`, '/d'.repeat(16)),
  fc.constantFrom('', 'x', '/..', '/a//b', `/${'n'.repeat(257)}`, '/d'.repeat(17), '/e\u0301', '/\u0007'),
);
/** Nested in lists, so deep. */
const nested = (depth: number): CborValue => (depth === 0 ? 1 : [nested(depth - 1)]);
const value: fc.Arbitrary<CborValue> = mostly<CborValue>(
  fc.oneof(textUpTo(500), uint, fc.constant(null), flag, labels),
  fc.oneof(fc.integer({ min: 0, max: 14 }).map(nested), fc.constant({ '\ud800': 1, '\ud801': 2 })),
);

const envelope = fc.record<Envelope>({
  signedBytes: bytesUpTo(MAX_ENTRY_BYTES),
  signatures: listUpTo(MAX_SIGNATURES, (index) => ({
    key: new Uint8Array(32).fill(index + 1),
    signature: new Uint8Array(64),
  })),
});

const release = fc.record({
  product: mostly(fc.constantFrom('app', 'a'.repeat(64)), fc.constantFrom('', 'App', 'a'.repeat(65))),
  version: mostly(fc.constantFrom('1.0', '1'.repeat(64)), fc.constantFrom('', '1 0', '1'.repeat(65))),
  counter: uint,
  files: fc
    .tuple(
      listUpTo(MAX_RELEASE_FILES, (index) => `f${index}`),
      uintUpTo(2 ** 31),
    )
    .map(([paths, sizeBytes]) =>
      ['index.html', ...paths.slice(1)].map((each, index) => ({
        path: each,
        hash: fileAt(index),
        sizeBytes: index === 0 ? sizeBytes : 1,
      })),
    ),
  health: fc.oneof(
    uintUpTo(600_000, 100).map((withinMs) => ({ type: 'call' as const, withinMs })),
    uintUpTo(600_000, 100).map((forMs) => ({ type: 'quiet' as const, forMs })),
  ),
  infoHash,
  metainfo: bytesUpTo(MAX_METAINFO_BYTES),
});

/** Entries, what wraps them, and what they carry. */
export const ENTRY_ENCODERS = {
  cbor: of(value, encodeCbor),
  envelope: of(envelope, encodeEnvelope),
  entry: of(
    fc.record({
      fleet: maybe(entry),
      action: mostly(fc.constantFrom('create', 'x'.repeat(32)), fc.constant('x'.repeat(33))),
      path,
      parents: entriesUpTo(MAX_PARENTS),
      authority: entriesUpTo(MAX_PARENTS),
      author: fc.constant(nodeAt(500)),
      cosigners: nodesUpTo(MAX_SIGNATURES - 1),
      sequence: uint,
      grant: maybe(entry),
      body: value.map((of) => ({ value: of })),
      content: maybe(fc.record({ hash: fc.constant(fileAt(1)), sizeBytes: uint })),
      expiresAtMs: maybe(uint),
      timeMs: uint,
    }),
    encodeEntry,
  ),
  proposal: text(envelope, encodeProposal),
  metainfo: of(
    fc.record({
      name: textUpTo(60),
      sizeBytes: fc.constantFrom(0, 1, 65_536, 65_537, 3 * 65_536),
      pieceLengthBytes: mostly(fc.constant(65_536), fc.constantFrom(0, 1_000, 32_768, 32 * 1024 * 1024)),
      pieceHashes: mostly(fc.constantFrom(0, 1, 2, 3), fc.constant(600)).map((count) =>
        Array.from({ length: count }, () => 'ab'.repeat(20)),
      ),
    }),
    (metainfo) => encodeMetainfo(metainfo),
  ),
  'root body': body(
    fc.record({ fleetName: name, version: uint, threshold: uintUpTo(1, 1), keys: nodesUpTo(16) }),
    rootBody,
  ),
  'grant body': body(
    fc.record({
      keys: nodesUpTo(MAX_SIGNATURES),
      threshold: uintUpTo(1, 1),
      name,
      roles,
      mayGrant: flag,
      invitation: flag,
      place: maybe(fc.record({ site: name, labels })),
    }),
    grantBody,
  ),
  'voucher field': body(fc.record({ key: node, signature: bytesOf(64) }), voucherField),
  'admission body': body(fc.record({ device: node, name, site: name, labels }), admissionBody),
  'revoke body': body(
    fc.record({ key: node, frontier: entriesUpTo(MAX_PARENTS), reason: textUpTo(500) }),
    revokeBody,
  ),
  'ack body': body(fc.record({ entries: entriesUpTo(MAX_PARENTS) }), ackBody),
  'release body': body(release, releaseBody),
  'rollout body': body(
    fc.record({
      release: entry,
      select: fc.record(
        { devices: nodesUpTo(1_000), sites: listUpTo(1_000, (index) => `s${index}`), labels },
        { requiredKeys: [] },
      ),
    }),
    rolloutBody,
  ),
  'service body': body(
    fc.record({
      address: textUpTo(SERVICE_BOUNDS.addressCharacters),
      note: textUpTo(SERVICE_BOUNDS.noteCharacters),
    }),
    serviceBody,
  ),
  'revert body': body(entry, revertBody),
  'link body': body(entry, linkBody),
  'slink body': body(path, slinkBody),
  'mode body': body(flag, modeBody),
  'value body': body(fc.oneof(value, bytesUpTo(MAX_ENTRY_BYTES)), valueBody),
} as const satisfies Readonly<Record<string, Encoding>>;

function laterRoles(count: number, characters: number): HeardRole[] {
  return Array.from(
    { length: count },
    (_, index) => `${String.fromCharCode(97 + index)}${'-'.repeat(31)}x`.slice(0, characters) as HeardRole,
  );
}
