import { idFromBytes, type NodeId } from '../../src/core/wire/encoding/ids.ts';
import { decodeMessage, type LinkMessage } from '../../src/core/wire/link/message.ts';
import {
  encodeSignedStatement,
  encodeStatement,
  LEASE_MS,
  type OwnContent,
  type OwnStatement,
} from '../../src/core/wire/statement/statement.ts';
import { sample } from '../engine/random.ts';
import type { NodeIndex } from '../network/topology.ts';
import type { FleetFacts } from './fleet.ts';
import type { Host, HostServices } from './host.ts';
import { controlFrame, type NodeFrame } from './node-frame.ts';
import type { Conspiracy } from './sybil-host.ts';
import { UNSIGNED, type UnsignedFleet } from './unsigned-fleet.ts';

const STEP_MS = 1_000;
const DIALS_A_STEP = 2;

/**
 * A Sybil that speaks (Douceur, IPTPS 2002): on every link that it gets it says, as one newly made key after another, that these are there,
 * what they run and what is wrong with them, and repeats what members said long ago. Every statement would verify.
 */
export function createTalkingSybilHost(
  services: HostServices<NodeFrame>,
  { directory }: FleetFacts,
  fleet: UnsignedFleet,
  conspiracy: Conspiracy & { readonly keysASecond: number; readonly onKey: () => void },
): Host<NodeFrame> {
  const self = directory.idOf(services.node);
  const links = new Set<NodeIndex>();
  /** What it heard of members, to be said again. */
  const heard: Uint8Array[] = [];
  let sequence = 0;

  const say = (peer: NodeIndex, message: LinkMessage) => services.send(peer, controlFrame(message));
  const sealed = (author: NodeId, content: OwnContent): Uint8Array => {
    const timeMs = Math.floor(services.nowMs());
    const statement: OwnStatement = {
      fleet: fleet.id,
      author,
      session: 1_000,
      sequence: sequence++,
      timeMs,
      content,
    };
    return encodeSignedStatement({ signedBytes: encodeStatement(statement), signature: UNSIGNED });
  };
  const newKey = (): NodeId => {
    conspiracy.onKey();
    return idFromBytes<NodeId>(Uint8Array.from({ length: 32 }, () => Math.floor(services.random() * 256)));
  };

  const speak = (peer: NodeIndex) => {
    const statements = Array.from({ length: conspiracy.keysASecond }, (_, at) =>
      sealed(newKey(), WORDS[at % WORDS.length]!),
    );
    say(peer, { type: 'statements', statements: [sealed(self, WORDS[0]!), ...statements] });
    say(peer, { type: 'push', kind: 'statement', hops: 1, payload: sealed(newKey(), WORDS[0]!) });
    const again = sample(heard, 4, services.random);
    if (again.length > 0) say(peer, { type: 'statements', statements: again });
  };

  const step = () => {
    for (const peer of links) speak(peer);
    const wanted = Math.min(DIALS_A_STEP, conspiracy.linksEach - links.size);
    for (const target of sample(conspiracy.targets, Math.max(0, wanted), services.random))
      services.dial(target);
    services.schedule('step', STEP_MS * (0.5 + services.random()));
  };

  const onMessage = (bytes: Uint8Array) => {
    const message = decodeMessage(bytes);
    const came =
      message.type === 'statements'
        ? message.statements
        : message.type === 'push' && message.kind === 'statement'
          ? [message.payload]
          : [];
    if (heard.length < MAX_HEARD) heard.push(...came);
  };

  return {
    admits: () => true,
    offerSignal: () => false,
    held: () => [],
    publish: () => {
      throw new Error('a Sybil publishes nothing');
    },
    handle: (fact) => {
      switch (fact.type) {
        case 'node-started':
          return services.schedule('step', STEP_MS * services.random());
        case 'timer-fired':
          return step();
        case 'link-up':
          links.add(fact.peer);
          say(fact.peer, { type: 'subscribe', topics: 'all', relays: [] });
          if (fact.dialled) say(fact.peer, { type: 'neighbor', priority: 'high' });
          return;
        case 'link-down':
          links.delete(fact.peer);
          return;
        case 'frame-received':
          return fact.frame.type === 'control' ? onMessage(fact.frame.bytes) : undefined;
        default:
          return;
      }
    },
  };
}

/** Enough to have something of everybody. */
const MAX_HEARD = 2_000;

/** That it is there, and well; that something is wrong; that its site is full. */
const WORDS: readonly OwnContent[] = [
  {
    type: 'lease',
    validMs: LEASE_MS,
    stage: 'idle',
    running: undefined,
    target: undefined,
    bytesHere: undefined,
    links: [],
    freshness: 'fresh',
  },
  { type: 'alarm', reason: 'look here', subject: 'nothing' },
  { type: 'summary', validMs: 90_000, present: 5_000, groups: [] },
];
