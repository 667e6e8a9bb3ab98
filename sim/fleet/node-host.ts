import type { ReceivedEntry } from '../../src/core/ledger/accepted.ts';
import type { NodeEffect, NodeEvent } from '../../src/core/node/effect.ts';
import type { NodeInput, NodeTimer, PlainMessage } from '../../src/core/node/input.ts';
import { createNode } from '../../src/core/node/node.ts';
import type { ItemSource } from '../../src/core/overlay/input.ts';
import type { FleetId, NodeId } from '../../src/core/wire/encoding/ids.ts';
import type { HighWaterMark } from '../../src/core/wire/kept/high-water-mark.ts';
import { itemOfEntry, itemOfStatement, markOf } from '../../src/core/wire/link/item.ts';
import { encodeMessage, type LinkMessage } from '../../src/core/wire/link/message.ts';
import {
  encodeSignedStatement,
  encodeStatement,
  type OwnContent,
  type OwnStatement,
  type Statement,
} from '../../src/core/wire/statement/statement.ts';
import { createPump } from '../../src/runtime/pump.ts';
import { type Frame, PAYLOAD_CODE } from '../network/network.ts';
import type { FleetFacts } from './fleet.ts';
import type { Host, HostServices } from './host.ts';

export interface NodeFrame extends Frame {
  readonly message: LinkMessage;
}

/** What all nodes of a simulated fleet can open: signatures are nobody's work here, and bytes that were opened once are known. */
export interface UnsignedFleet {
  readonly id: FleetId;
  /** What every node has been given before it starts. */
  readonly founding: readonly ReceivedEntry[];
  write(): ReceivedEntry;
  openEntry(envelope: Uint8Array): ReceivedEntry;
  keepStatement(bytes: Uint8Array, statement: Statement): void;
  openStatement(bytes: Uint8Array): Statement;
}

/** What a node finds on its disk when it starts again. */
export interface NodeStorage {
  readonly entries: ReceivedEntry[];
  session: number;
  mark: HighWaterMark;
}

/** A guess: what was taken in is on the disk this long after; what came later is lost with the power. */
const FLUSH_MS = 200;
/** Of an Ed25519 signature, which nobody checks. */
const UNSIGNED = new Uint8Array(64);

/** The full node, as a kiosk's page runs it but for the device's own life: entries, statements and reconciliation take part. */
export function createNodeHost(
  services: HostServices<NodeFrame>,
  { directory, config }: FleetFacts,
  fleet: UnsignedFleet,
  storage: NodeStorage,
): Host<NodeFrame> {
  const { idOf, indexOf } = directory;
  const self = idOf(services.node);
  const node = createNode({ self, fleet: fleet.id, device: undefined, mark: storage.mark }, config);
  const session = ++storage.session;
  const stored = [...storage.entries];
  const unflushed = { entries: [] as ReceivedEntry[], mark: storage.mark, isDue: false };
  let sequence = 0;
  /** Statements that are being signed. */
  const pending: (() => void)[] = [];
  const { tell } = createPump<NodeInput, NodeEffect>({
    handle: (input) =>
      node.handle(input, { monotonicMs: services.nowMs(), wallMs: services.wallMs() }, services.random),
    carryOut: (effects) => effects.forEach(perform),
    onFault: (error) => {
      throw error;
    },
  });

  const perform = (effect: NodeEffect) => {
    switch (effect.type) {
      case 'send-message':
        return services.send(indexOf(effect.to), frameOf(effect.message));
      case 'dial':
        return services.dial(indexOf(effect.peer));
      case 'hang-up':
        return services.hangUp(indexOf(effect.peer), effect.reason);
      case 'append-entry':
        unflushed.entries.push(fleet.openEntry(effect.envelope));
        return flushSoon();
      case 'keep-mark':
        unflushed.mark = effect.mark;
        return flushSoon();
      case 'sign-statement':
        return sign(effect.content);
      case 'seek-peers':
        return services.seekPeers();
      case 'schedule-timer':
        return services.schedule(effect.timer, effect.delayMs);
      case 'cancel-timer':
        return services.cancel(effect.timer);
      case 'signal-arrived':
        return services.signalArrived(indexOf(effect.from), effect.signal);
      case 'report':
        return onEvent(effect.event);
      default:
        // Wires and the device's life: no bundles and no releases here.
        return undefined;
    }
  };

  const flushSoon = () => {
    if (unflushed.isDue) return;
    unflushed.isDue = true;
    services.schedule(FLUSH, FLUSH_MS);
  };

  const sign = (content: OwnContent) => {
    const statement: OwnStatement = {
      fleet: fleet.id,
      author: self,
      session,
      sequence: sequence++,
      timeMs: services.wallMs(),
      content,
    };
    const bytes = encodeSignedStatement({ signedBytes: encodeStatement(statement), signature: UNSIGNED });
    fleet.keepStatement(bytes, statement);
    pending.push(() => void tell({ type: 'statement-received', statement, bytes, source: { type: 'own' } }));
    if (pending.length === 1) services.schedule(SIGNED, SIGNING_MS);
  };

  const onEvent = (event: NodeEvent) => {
    if (event.type === 'peer-refused') services.refused(indexOf(event.peer), event.reason);
  };

  const onPush = (
    { kind, payload, hops, entrance }: Extract<LinkMessage, { type: 'push' }>,
    source: Extract<ItemSource, { type: 'pushed' }>,
  ) => {
    if (kind === 'entry') {
      const received = fleet.openEntry(payload);
      const { id } = received.entry;
      services.payloadReceived(id, hops);
      if (!node.ledger.knows(id)) return tell({ type: 'entry-received', received, source });
      return tell({ type: 'duplicate-pushed', item: itemOfEntry(id), from: source.from, hops, entrance });
    }
    const statement = fleet.openStatement(payload);
    const judgement = node.book.judge(statement, source.from);
    if (judgement === 'news') return tell({ type: 'statement-received', statement, bytes: payload, source });
    if (judgement === 'unwanted') return tell({ type: 'statement-turned-away', peer: source.from });
    const item = itemOfStatement(markOf(statement));
    return tell({ type: 'duplicate-pushed', item, from: source.from, hops, entrance });
  };

  const onFrame = (from: NodeId, message: LinkMessage) => {
    const reconciled: ItemSource = { type: 'reconciled', from };
    switch (message.type) {
      case 'push':
        return onPush(message, {
          type: 'pushed',
          from,
          hops: message.hops,
          entrance: message.entrance,
        });
      case 'entries':
        for (const envelope of message.envelopes) {
          const received = fleet.openEntry(envelope);
          if (node.ledger.knows(received.entry.id)) continue;
          services.itemRepaired(received.entry.id);
          tell({ type: 'entry-received', received, source: reconciled });
        }
        return;
      case 'statements':
        for (const bytes of message.statements) {
          const statement = fleet.openStatement(bytes);
          const judgement = node.book.judge(statement, from);
          if (judgement === 'news')
            tell({ type: 'statement-received', statement, bytes, source: reconciled });
          if (judgement === 'unwanted') tell({ type: 'statement-turned-away', peer: from });
        }
        return;
      default:
        return tell({ type: 'message-received', peer: from, message: message as PlainMessage });
    }
  };

  const onTimer = (timer: string) => {
    if (timer === FLUSH) {
      storage.entries.push(...unflushed.entries.splice(0));
      storage.mark = unflushed.mark;
      unflushed.isDue = false;
    } else if (timer === SIGNED) for (const take of pending.splice(0)) take();
    else tell({ type: 'timer-fired', timer: timer as NodeTimer });
  };

  return {
    admits: (peer) => node.admits(idOf(peer)),
    offerSignal: (to, signal) => {
      if (node.links.size === 0) return false;
      tell({ type: 'signal-offered', to: idOf(to), signal, search: true });
      return true;
    },
    present: () =>
      new Set(
        node.book
          .current(services.nowMs())
          .filter(({ statement }) => statement.content.type === 'lease')
          .map(({ statement }) => indexOf(statement.author)),
      ),
    held: () => node.ledger.entries().map(({ id }) => id),
    publish: (named) => {
      const received = fleet.write();
      named(received.entry.id);
      tell({ type: 'entry-received', received, source: { type: 'own' } });
    },
    handle: (fact) => {
      switch (fact.type) {
        case 'node-started':
          return tell({ type: 'node-started', stored, heard: [], marks: [] });
        case 'peers-introduced':
          return tell({ type: fact.type, peers: fact.peers.map(idOf) });
        case 'signal-arrived':
          return services.signalArrived(fact.from, fact.signal);
        case 'timer-fired':
          return onTimer(fact.timer);
        case 'frame-received':
          return onFrame(idOf(fact.peer), fact.frame.message);
        default:
          return tell({ ...fact, peer: idOf(fact.peer) });
      }
    },
  };
}

const FLUSH = 'flush';
const SIGNED = 'signed';
/** A guess: a signature, and its turn in the queue. */
const SIGNING_MS = 5;

const frames = new WeakMap<LinkMessage, NodeFrame>();

function frameOf(message: LinkMessage): NodeFrame {
  const known = frames.get(message);
  if (known !== undefined) return known;
  const frame = {
    message,
    sizeBytes: encodeMessage(message).length,
    code: message.type === 'entries' || message.type === 'push' ? PAYLOAD_CODE : message.type.length,
  };
  frames.set(message, frame);
  return frame;
}
