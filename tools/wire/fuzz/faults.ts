import { type CborValue, concatBytes, encodeCbor } from '../../../src/core/wire/encoding/cbor.ts';
import type { DecoderName } from '../decoders.ts';
import { utf8 } from '../samples/fillers.ts';
import type { Sample } from '../samples/sample.ts';
import { SAMPLES } from '../samples/samples.ts';

/** Valid bodies, to be spoiled one field at a time. */
const BODIES = {
  'grant body': {
    keys: [filled(0x25)],
    threshold: 1,
    name: 'x',
    roles: ['device'],
    mayGrant: false,
    invitation: false,
  },
  'root body': { name: 'x', version: 1, threshold: 1, keys: [filled(0x25)] },
  'release body': {
    kind: 'release',
    product: 'x',
    version: '1',
    counter: 1,
    files: [['index.html', filled(1), 1]],
    health: { call: 1_000 },
    infoHash: new Uint8Array(20),
    metainfo: new Uint8Array(1),
  },
  'rollout body': { kind: 'rollout', release: filled(5), select: {} },
  'slink body': {},
  'mode body': {},
  'value body': {},
  'service body': { value: { address: 'ipp://10.0.4.20/print', note: '' } },
} as const;

/** How a torrent wire begins. */
const HANDSHAKE = `13${Buffer.from('BitTorrent protocol').toString('hex')}${'00'.repeat(8)}${'ab'.repeat(20)}${'2d'.repeat(20)}`;

/** Bytes that must be turned away. The reason is what the decoder says, and stands in the vectors beside them. */
export const FAULTS: readonly Sample[] = [
  fault('cbor', 'a length that is not in its shortest form', '1817'),
  fault('cbor', 'an indefinite array', '9fff'),
  fault('cbor', 'a float', 'fb3ff0000000000000'),
  fault('cbor', 'a tag', 'c000'),
  fault('cbor', 'undefined', 'f7'),
  fault('cbor', 'an integer beyond 2^53 - 1', '1b0020000000000000'),
  fault('cbor', 'keys out of order', 'a2616201616101'),
  fault('cbor', 'a key twice', 'a2616101616102'),
  fault('cbor', 'a key that is no text', 'a10101'),
  fault('cbor', 'text that is not UTF-8', '61ff'),
  fault('cbor', 'an array that claims 2^32 items', '9affffffff'),
  fault('cbor', 'bytes after the value', '0000'),
  fault('cbor', 'nothing', ''),
  fault('cbor', 'nested too deep', `${'81'.repeat(13)}00`),
  fault('signal frame', 'of neither end', `${'09'.repeat(8)}04`),
  fault('torrent wire', 'a message that claims 2^32 - 1 bytes', `${HANDSHAKE}ffffffff`),
  fault(
    'torrent wire',
    'a request for a piece that does not exist',
    `${HANDSHAKE}0000000d060000000200000000000000ff`,
  ),
  entryFault('a fleet of 31 bytes', { fleet: new Uint8Array(31) }),
  entryFault('a later version of the format', { v: 2 }),
  entryFault('a path with ".."', { path: '/config/../releases' }),
  entryFault('a path that is not in NFC', { path: '/config/u\u0308' }),
  entryFault('a path with a control character', { path: '/config/\u0000' }),
  entryFault('a path without its slash', { path: 'config' }),
  entryFault('parents out of order', { parents: [filled(3), filled(2)] }),
  entryFault('a parent twice', { parents: [filled(2), filled(2)] }),
  entryFault('65 parents', { parents: Array.from({ length: 65 }, (_, at) => filled(at)) }),
  entryFault('the author among the cosigners', { cosigners: [filled(0x21)] }),
  entryFault('an empty list of cosigners', { cosigners: [] }),
  entryFault('a negative sequence number', { seq: -1 }),
  entryFault('no author', { author: undefined }),
  {
    decoder: 'envelope',
    name: 'no signature',
    bytes: encodeCbor([new Uint8Array(1), []]),
  },
  {
    decoder: 'envelope',
    name: 'a signature of 63 bytes',
    bytes: encodeCbor([new Uint8Array(1), [[filled(1), new Uint8Array(63)]]]),
  },
  {
    decoder: 'envelope',
    name: '17 signatures',
    bytes: encodeCbor([new Uint8Array(1), Array.from({ length: 17 }, () => [filled(1), new Uint8Array(64)])]),
  },
  bodyFault('grant body', 'a key of small order', { keys: [filled(0)] }),
  bodyFault('grant body', 'a threshold above the keys', { threshold: 2 }),
  bodyFault('grant body', 'a threshold of 0', { threshold: 0 }),
  bodyFault('grant body', 'a key twice', { keys: [filled(0x25), filled(0x25)] }),
  bodyFault('grant body', 'no role', { roles: [] }),
  bodyFault('grant body', 'a role twice', { roles: ['gate', 'gate'] }),
  bodyFault('grant body', 'a role that is no name', { roles: ['Gate 1'] }),
  bodyFault('grant body', 'a role of 33 characters', { roles: ['g'.repeat(33)] }),
  bodyFault('grant body', 'the root as a role', { roles: ['root'] }),
  bodyFault('grant body', '17 roles', {
    roles: Array.from({ length: 17 }, (_, at) => `gate-${'x'.repeat(at)}`),
  }),
  bodyFault('root body', 'a key of small order', { keys: [filled(0)], threshold: 1 }),
  bodyFault('root body', 'a threshold of 0', { threshold: 0 }),
  bodyFault('release body', 'a file outside the folder', { files: [['../x', filled(1), 1]] }),
  bodyFault('release body', 'no index.html', { files: [['a.html', filled(1), 1]] }),
  bodyFault('release body', 'two names for one file', {
    files: [
      ['index.html', filled(1), 1],
      ['INDEX.HTML', filled(1), 1],
    ],
  }),
  bodyFault('release body', 'health in an hour', { health: { call: 3_600_000 } }),
  bodyFault('release body', 'needs that are empty', { needs: [] }),
  bodyFault('release body', 'another kind', { kind: 'rollout' }),
  bodyFault('rollout body', 'another kind', { kind: 'release' }),
  bodyFault('rollout body', 'needs that are no list', { needs: 'waves' }),
  bodyFault('rollout body', '17 needs', { needs: Array.from({ length: 17 }, (_, at) => `need ${at}`) }),
  bodyFault('release body', 'a metainfo over 4 KiB', { metainfo: new Uint8Array(4_097) }),
  {
    decoder: 'metainfo',
    name: '129 pieces',
    bytes: concatBytes([
      utf8(`d4:infod6:lengthi${129 * 65_536}e4:name1:a12:piece lengthi65536e6:pieces${129 * 20}:`),
      new Uint8Array(129 * 20),
      utf8('ee'),
    ]),
  },
  bodyFault('slink body', 'a target that is no path', { target: '//' }),
  bodyFault('mode body', 'neither true nor false', { frozen: 1 }),
  bodyFault('value body', 'no value', { value: undefined }),
  bodyFault('service body', 'no map', { value: 7 }),
  bodyFault('service body', 'no address', { value: { address: '', note: '' } }),
  bodyFault('service body', 'a space in the address', { value: { address: 'a b', note: '' } }),
  bodyFault('service body', 'a note too long', { value: { address: 'a', note: 'n'.repeat(501) } }),
  fault('high-water mark', 'cut short', Buffer.from('AAAA').toString('hex')),
  fault('join link', 'cut short', '61626364'),
  fault('join link', 'empty', ''),
  fault('hand-carried', 'some other text', Buffer.from('hello').toString('hex')),
  fault('proposal', 'some other text', Buffer.from('hello').toString('hex')),
  { decoder: 'message', name: 'a type that is no name', bytes: encodeCbor(['Shut down']) },
  {
    decoder: 'message',
    name: '17 fields',
    bytes: encodeCbor(['goodbye', ...Array.from({ length: 16 }, () => '')]),
  },
  statementFault('a kind that is no name', { kind: 'Rumour: 1' }),
  statementFault('no kind', { kind: undefined }),
  statementFault('no body of a kind that is known', { body: undefined }),
  statementFault('a stage that is no text', {
    body: { valid: 1, stage: 7, running: null, target: null, here: null, links: [], fresh: 'fresh' },
  }),
  { decoder: 'message', name: 'channel 0', bytes: encodeCbor(['wire-ready', 0]) },
  ...(
    [
      ['17 nodes of an active view', ['active-view', Array.from({ length: 17 }, (_, at) => filled(at))]],
      ['a node twice on a path', ['shuffle', [filled(1), filled(1)], []]],
      ['a path of seven', ['signal', filled(9), Array.from({ length: 7 }, (_, at) => filled(at)), filled(1)]],
      ['a signal over 16 KiB', ['signal', filled(9), [filled(1)], new Uint8Array(16_385)]],
      ['a walk of seven hops', ['forward-join', filled(1), 7]],
      ['a topic that is none', ['prune', 'everything']],
      ['an item that crossed 256 links', ['ihave', 'fleet', true, [[filled(1), 256]]]],
      ['a brief name of 8 bytes', ['ihave-brief', 'fleet', new Uint8Array(8), new Uint8Array(1)]],
      ['brief names without their hops', ['ihave-brief', 'fleet', new Uint8Array(18), new Uint8Array(1)]],
      ['1,025 brief names', ['graft-brief', 'fleet', new Uint8Array(9 * 1_025)]],
      ['an entrance without its hops', ['push', false, 1, new Uint8Array(1), [filled(1)]]],
      ['an item of 31 bytes', ['graft', 'fleet', [new Uint8Array(31)]]],
      ['a mark of a kind that is no name', ['graft', 'fleet', [[filled(1), 'a:b', 1, 1]]]],
      ['65 topics', ['subscribe', Array.from({ length: 65 }, (_, at) => `site:${at}`), []]],
      ['257 relayed topics', ['subscribe', null, Array.from({ length: 257 }, (_, at) => `site:${at}`)]],
      ['a join of what is no topic', ['join-topic', 'everything']],
      ['65 bundles', ['holdings', Array.from({ length: 65 }, () => ['ab'.repeat(20), true])]],
    ] as const
  ).map(([name, fields]) => ({ decoder: 'message' as const, name, bytes: encodeCbor(fields) })),
  { decoder: 'message', name: 'channel 1023', bytes: encodeCbor(['wire-ready', 1023]) },
  {
    decoder: 'handshake',
    name: 'a nonce of 31 bytes',
    bytes: encodeCbor({
      type: 'hello',
      version: 1,
      fleet: filled(1),
      key: filled(2),
      nonce: new Uint8Array(31),
    }),
  },
  {
    decoder: 'handshake',
    name: 'over 2,048 bytes',
    bytes: encodeCbor({ type: 'proof', x: '.'.repeat(2048) }),
  },
  ...(
    [
      ['33 features', Array.from({ length: 33 }, (_, at) => `f${10 + at}`)],
      ['features out of order', ['b', 'a']],
      ['a feature named twice', ['a', 'a']],
      ['a feature of 33 characters', ['a'.repeat(33)]],
      ['a feature that is no name', ['A b']],
      ['features that are no list', 'a'],
    ] as const
  ).map(([name, features]) => ({
    decoder: 'handshake' as const,
    name,
    bytes: encodeCbor({
      type: 'hello',
      version: 1,
      fleet: filled(1),
      key: filled(2),
      nonce: filled(3),
      features: features as CborValue,
    }),
  })),
  { decoder: 'signaling, from a node', name: 'a server message', bytes: encodeCbor({ type: 'joined' }) },
  {
    decoder: 'signaling, from the server',
    name: 'a later version',
    bytes: encodeCbor({ type: 'challenge', version: 2, nonce: filled(1) }),
  },
  ...(
    [
      ['an address that is neither STUN nor TURN', [['https://example.org']]],
      ['a TURN server without a password', [['turn:example.org', 'kiosk']]],
      ['a TURN server that only has an address', [['turn:example.org']]],
      ['a port that is none', [['stun:example.org:65536']]],
      ['a transport that is none', [['turn:example.org?transport=tls', 'kiosk', 'secret']]],
      ['nine ICE servers', Array.from({ length: 9 }, () => ['stun:example.org'])],
    ] as const
  ).map(([name, servers]) => ({
    decoder: 'signaling, from the server' as const,
    name: `ICE servers: ${name}`,
    bytes: encodeCbor({ type: 'ice', ice: { servers, life: null } }),
  })),
  {
    decoder: 'relay signal',
    name: 'a compressed key',
    bytes: encodeCbor({ type: 'relay-answer', key: new Uint8Array(33) }),
  },
  {
    decoder: 'relay signal',
    name: 'an offer without a place',
    bytes: encodeCbor({ type: 'relay-offer', key: new Uint8Array(65), server: 'wss://example.org' }),
  },
  { decoder: 'relay record', name: 'a ping with a payload', bytes: Uint8Array.of(4, 0, 0, 1) },
  { decoder: 'relay record', name: 'no head', bytes: Uint8Array.of(2, 0) },
  { decoder: 'relay record', name: 'an unknown kind', bytes: Uint8Array.of(9, 0, 0) },
  { decoder: 'relay record', name: 'over the limit', bytes: new Uint8Array(16 * 1024) },
  {
    decoder: 'pairing message',
    name: 'a share of 31 bytes',
    bytes: encodeCbor({ type: 'share', share: new Uint8Array(31) }),
  },
  {
    decoder: 'pairing content',
    name: 'a page of no known kind',
    bytes: encodeCbor({ type: 'device', key: filled(1), page: 'x' }),
  },
];

function filled(byte: number): Uint8Array {
  return new Uint8Array(32).fill(byte);
}

function fault(decoder: DecoderName, name: string, hex: string): Sample {
  return { decoder, name, bytes: Uint8Array.from(Buffer.from(hex, 'hex')) };
}

/** A small valid lease with these fields put in place of its own. */
function statementFault(name: string, fields: Parameters<typeof encodeCbor>[0] & object): Sample {
  const statement = {
    v: 1,
    fleet: filled(1),
    author: filled(0x21),
    session: 1,
    seq: 0,
    time: 0,
    kind: 'lease',
    body: { valid: 1, stage: null, running: null, target: null, here: null, links: [], fresh: 'fresh' },
  };
  return { decoder: 'statement', name, bytes: encodeCbor({ ...statement, ...fields }) };
}

/** A small valid entry with these fields put in place of its own. */
function entryFault(name: string, fields: Parameters<typeof encodeCbor>[0] & object): Sample {
  const entry = {
    v: 1,
    fleet: filled(1),
    action: 'update',
    path: '/config',
    parents: [],
    authority: [],
    author: filled(0x21),
    seq: 0,
    grant: null,
    body: {},
    time: 0,
  };
  return { decoder: 'entry', name, bytes: encodeCbor({ ...entry, ...fields }) };
}

function bodyFault(
  decoder: keyof typeof BODIES,
  name: string,
  fields: Parameters<typeof encodeCbor>[0] & object,
): Sample {
  return { decoder, name, bytes: encodeCbor({ ...BODIES[decoder], ...fields }) };
}

/** Every valid sample, cut at each of a few places. */
export const CUTS: readonly Sample[] = SAMPLES.filter(
  ({ decoder }) =>
    !['join link', 'proposal', 'hand-carried', 'relay record', 'signal frame', 'torrent wire'].includes(
      decoder,
    ),
).map(({ decoder, name, bytes }) => ({
  decoder,
  name: `${name}, without its last byte`,
  bytes: bytes.slice(0, -1),
}));
