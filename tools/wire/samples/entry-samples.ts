import { admissionBody } from '../../../src/core/wire/entry/admission.ts';
import { encodeEntry, encodeEnvelope, type UnsignedEntry } from '../../../src/core/wire/entry/entry.ts';
import { rootBody } from '../../../src/core/wire/entry/genesis.ts';
import { grantBody, readRole, voucherField } from '../../../src/core/wire/entry/grant.ts';
import { encodeProposal } from '../../../src/core/wire/entry/proposal.ts';
import { type ReleaseManifest, releaseBody } from '../../../src/core/wire/entry/release.ts';
import { ackBody, revokeBody } from '../../../src/core/wire/entry/revoke.ts';
import { rolloutBody } from '../../../src/core/wire/entry/rollout.ts';
import { serviceBody } from '../../../src/core/wire/entry/service.ts';
import { linkBody, modeBody, revertBody, slinkBody, valueBody } from '../../../src/core/wire/entry/tree.ts';
import { bytes32, hash, id, infoHash, node, signature, utf8 } from './fillers.ts';
import { bodyOf, type Sample } from './sample.ts';

const ENTRY: UnsignedEntry = {
  fleet: id(1),
  action: 'update',
  path: '/config/volume',
  parents: [id(2), id(3)],
  authority: [id(4)],
  author: node(0x21),
  cosigners: [node(0x22), node(0x23)],
  sequence: 300,
  grant: id(4),
  body: valueBody(11),
  content: { hash: hash(9), sizeBytes: 70_000 },
  expiresAtMs: 1_800_000_000_000,
  timeMs: 1_790_000_000_000,
};

const GENESIS: UnsignedEntry = {
  ...ENTRY,
  fleet: undefined,
  action: 'root',
  path: '/',
  parents: [],
  authority: [],
  cosigners: [],
  sequence: 0,
  grant: undefined,
  body: rootBody({ fleetName: 'Field', version: 1, threshold: 1, keys: [node(0x21)] }),
  content: undefined,
  expiresAtMs: undefined,
};

const MANIFEST: ReleaseManifest = {
  product: 'signage',
  version: '1.4.0',
  counter: 7,
  files: [
    { path: 'index.html', hash: hash(7), sizeBytes: 120 },
    { path: 'assets/ä.js', hash: hash(8), sizeBytes: 70_000 },
  ],
  health: { type: 'call', withinMs: 30_000 },
  infoHash,
  metainfo: utf8('d4:infod6:lengthi1eee'),
};

/** Entries, the envelopes and proposals around them. */
export const ENTRY_SAMPLES: readonly Sample[] = [
  { decoder: 'entry', name: 'with every field', bytes: encodeEntry(ENTRY) },
  { decoder: 'entry', name: 'genesis', bytes: encodeEntry(GENESIS) },
  {
    decoder: 'entry',
    name: 'an action of a later version',
    bytes: encodeEntry({ ...ENTRY, action: 'paint', cosigners: [] }),
  },
  { decoder: 'envelope', name: 'three signatures', bytes: envelope(3) },
  { decoder: 'proposal', name: 'one of three signatures', bytes: utf8(encodeProposal(unsealed(1))) },
];

/** A body of each kind of entry. */
export const BODY_SAMPLES: readonly Sample[] = [
  bodyOf(
    'root body',
    'two of three',
    rootBody({
      fleetName: 'Field',
      version: 2,
      threshold: 2,
      keys: [node(0x21), node(0x22), node(0x23)],
    }),
  ),
  bodyOf(
    'grant body',
    'invitation for devices',
    grantBody({
      keys: [node(0x25)],
      threshold: 1,
      name: 'Lobby',
      roles: ['device'],
      mayGrant: false,
      invitation: true,
      place: { site: 'Lobby', labels: { floor: '1' } },
    }),
  ),
  bodyOf(
    'grant body',
    'of a later version, with a role of its own',
    grantBody({
      keys: [node(0x25)],
      threshold: 1,
      name: 'Gina',
      roles: ['operator', readRole('gate')],
      mayGrant: true,
      invitation: false,
      place: undefined,
    }),
  ),
  bodyOf('voucher field', 'voucher', voucherField({ key: node(0x25), signature })),
  bodyOf(
    'admission body',
    'admission',
    admissionBody({
      device: node(0x24),
      name: 'Left door',
      site: 'Lobby',
      labels: { floor: '1' },
    }),
  ),
  bodyOf('revoke body', 'revoke', revokeBody({ key: node(0x24), frontier: [id(5)], reason: 'stolen' })),
  bodyOf('ack body', 'ack', ackBody({ entries: [id(5), id(6)] })),
  bodyOf('release body', 'release', releaseBody(MANIFEST)),
  bodyOf('release body', 'quiet health', releaseBody({ ...MANIFEST, health: { type: 'quiet', forMs: 500 } })),
  bodyOf('rollout body', 'to all', rolloutBody({ release: id(5), select: {} })),
  bodyOf(
    'rollout body',
    'selected',
    rolloutBody({
      release: id(5),
      select: { devices: [node(0x24)], sites: ['Lobby'], labels: { floor: '1' } },
    }),
  ),
  bodyOf('rollout body', 'of a later version, in waves and by hardware', {
    ...rolloutBody({ release: id(5), select: { sites: ['Lobby'] } }),
    select: { sites: ['Lobby'], hardware: ['arm64'] },
    waves: [1, 10, 100],
    needs: ['waves'],
  }),
  bodyOf('release body', 'of a later version, with a patch', {
    ...releaseBody(MANIFEST),
    patch: { from: bytes32(5) },
    needs: ['patch'],
  }),
  bodyOf('revert body', 'revert', revertBody(id(2))),
  bodyOf('link body', 'link', linkBody(id(2))),
  bodyOf('slink body', 'slink', slinkBody('/channels/stable')),
  bodyOf('mode body', 'frozen', modeBody(true)),
  bodyOf('value body', 'value', valueBody({ nested: [1, 'two'] })),
  bodyOf('service body', 'printer', serviceBody({ address: 'ipp://10.0.4.20/print', note: '' })),
];

function unsealed(count: number) {
  const signatures = [0x21, 0x22, 0x23].slice(0, count).map((fill) => ({ key: bytes32(fill), signature }));
  return { signedBytes: encodeEntry(ENTRY), signatures };
}

function envelope(count: number): Uint8Array {
  return encodeEnvelope(unsealed(count));
}
