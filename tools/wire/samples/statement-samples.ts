import { encodeCbor } from '../../../src/core/wire/encoding/cbor.ts';
import { NO_WARNINGS } from '../../../src/core/wire/statement/release-warnings.ts';
import { prefixOf } from '../../../src/core/wire/statement/site-summary.ts';
import {
  encodeSignedStatement,
  encodeStatement,
  type OwnContent,
} from '../../../src/core/wire/statement/statement.ts';
import { bytes32, id, infoHash, node, signature } from './fillers.ts';
import type { Sample } from './sample.ts';

const statement = (content: OwnContent): Uint8Array =>
  encodeStatement({
    fleet: id(1),
    author: node(0x24),
    session: 3,
    sequence: 65_536,
    timeMs: 1_790_000_000_000,
    content,
  });
const ALARM = statement({ type: 'alarm', reason: 'a bad piece', subject: infoHash });

export const STATEMENT_SAMPLES: readonly Sample[] = [
  { decoder: 'statement', name: 'alarm', bytes: ALARM },
  {
    decoder: 'statement',
    name: 'summary of a site',
    bytes: statement({
      type: 'summary',
      validMs: 90_000,
      present: 40,
      groups: [
        {
          running: id(5),
          target: id(6),
          stage: 'fetching',
          count: 3,
          devices: [prefixOf(node(0x22)), prefixOf(node(0x23))],
        },
        { running: undefined, target: undefined, stage: undefined, count: 1, devices: [] },
      ],
    }),
  },
  {
    decoder: 'statement',
    name: 'receipt',
    bytes: statement({
      type: 'receipt',
      stage: 'rolled-back',
      rollout: id(5),
      release: undefined,
      reason: 'no healthy call in 30 s',
      bytesFromPublisher: 1,
      bytesFromPeers: 2,
      warnings: NO_WARNINGS,
    }),
  },
  {
    decoder: 'statement',
    name: 'receipt with warnings',
    bytes: statement({
      type: 'receipt',
      stage: 'committed',
      rollout: id(5),
      release: id(6),
      reason: '',
      bytesFromPublisher: 1,
      bytesFromPeers: 2,
      warnings: { total: 3, kinds: [{ text: 'It may not reach https://tags.example/t.js', count: 2 }] },
    }),
  },
  {
    decoder: 'statement',
    name: 'lease',
    bytes: statement({
      type: 'lease',
      validMs: 30_000,
      stage: 'fetching',
      running: undefined,
      target: id(5),
      bytesHere: 70_000,
      links: [{ peer: node(0x22), rung: 'turn-udp' }],
      freshness: 'behind',
    }),
  },
  {
    decoder: 'statement',
    name: 'beacon',
    bytes: statement({ type: 'beacon', frontier: [id(5)], rootVersion: 2, intervalMs: 60_000 }),
  },
  {
    decoder: 'statement',
    name: 'lease of a device whose storage lost entries',
    bytes: statement({
      type: 'lease',
      validMs: 30_000,
      stage: 'idle',
      running: undefined,
      target: undefined,
      bytesHere: undefined,
      links: [],
      freshness: 'short',
    }),
  },
  {
    decoder: 'statement',
    name: 'of a later version, of a kind of its own',
    bytes: encodeCbor({
      v: 1,
      fleet: bytes32(1),
      author: bytes32(0x24),
      session: 3,
      seq: 7,
      time: 1_790_000_000_000,
      kind: 'rumour',
      body: ['whatever', { it: 1 }],
    }),
  },
  {
    decoder: 'statement',
    name: 'of a later version, a lease in words of its own',
    bytes: encodeCbor({
      v: 1,
      fleet: bytes32(1),
      author: bytes32(0x24),
      session: 3,
      seq: 7,
      time: 1_790_000_000_000,
      kind: 'lease',
      body: {
        valid: 30_000,
        stage: 'waiting',
        running: null,
        target: null,
        here: null,
        links: [[bytes32(0x22), 'satellite']],
        fresh: 'tepid',
      },
    }),
  },
  {
    decoder: 'signed statement',
    name: 'alarm',
    bytes: encodeSignedStatement({ signedBytes: ALARM, signature }),
  },
];
