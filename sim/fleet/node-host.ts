import { readDeviceState } from '../../src/core/device/saved-state.ts';
import { type DeviceState, FRESH_DEVICE } from '../../src/core/device/state.ts';
import type { IntakeEffect, IntakeInput } from '../../src/core/intake/effect.ts';
import { createIntakeMachine } from '../../src/core/intake/intake.ts';
import type { ReceivedEntry } from '../../src/core/ledger/accepted.ts';
import type { NodeEffect, NodeEvent } from '../../src/core/node/effect.ts';
import type { NodeInput, NodeTimer, WatchedSites } from '../../src/core/node/input.ts';
import { createNode, type Node } from '../../src/core/node/node.ts';
import type { NodeId, ReleaseId } from '../../src/core/wire/encoding/ids.ts';
import { itemOfEntry } from '../../src/core/wire/link/item.ts';
import {
  encodeSignedStatement,
  encodeStatement,
  type OwnContent,
  type OwnStatement,
} from '../../src/core/wire/statement/statement.ts';
import { createPump } from '../../src/runtime/pump.ts';
import { createBundleEngine } from '../device/bundle-engine.ts';
import { createReleaseFrame, type ReleaseConduct } from '../device/release-frame.ts';
import { createReleaseSlots } from '../device/release-slots.ts';
import type { NodeIndex } from '../network/topology.ts';
import type { FleetFacts } from './fleet.ts';
import type { Host, HostServices } from './host.ts';
import { controlFrame, type NodeFrame } from './node-frame.ts';
import type { NodeStorage } from './node-storage.ts';
import { checkSignature } from './signature-checks.ts';
import { idOfSignedBytes, UNSIGNED, type UnsignedFleet } from './unsigned-fleet.ts';
import { createWorkQueue } from './work-queue.ts';

/** A full node as its runtime would run it, in virtual time. */
export interface NodeHost extends Host<NodeFrame> {
  readonly node: Node;
  /** Takes in what this node has written. */
  take(received: ReceivedEntry): void;
  /** Holds the bundle of a release beside what the device's life asks for. */
  seed(release: ReleaseId): void;
  watchSites(sites: WatchedSites): void;
}

export interface NodeRole {
  /** What releases do on the screen; given at a device. */
  readonly conductOf?: (release: ReleaseId) => ReleaseConduct;
  readonly onEvent?: (event: DeviceEvent) => void;
  readonly onReport?: (event: NodeEvent) => void;
}

/** What an observer who sees everything notes of a device. */
export type DeviceEvent =
  | { readonly type: 'device-started'; readonly device: NodeIndex; readonly state: DeviceState }
  /** What it decided, with what it knew. */
  | {
      readonly type: 'state-decided';
      readonly device: NodeIndex;
      readonly state: DeviceState;
      readonly node: Node;
    }
  | { readonly type: 'state-kept'; readonly device: NodeIndex; readonly state: DeviceState }
  /** Goes on the screen, if it is whole. */
  | {
      readonly type: 'release-run';
      readonly device: NodeIndex;
      readonly release: ReleaseId;
      readonly isWhole: boolean;
    }
  | { readonly type: 'release-stopped'; readonly device: NodeIndex }
  | { readonly type: 'piece-sent'; readonly node: NodeIndex; readonly sizeBytes: number };

/** A guess: what was taken in is on the disk this long after; what came later is lost with the power. */
const FLUSH_MS = 200;
/** A guess: a record is written, and said to be, after this. What is written one after the other is kept in this order. */
const WRITE_MS = 5;
/** A guess: a signature, and its turn in the queue. */
const SIGNING_MS = 5;

const TIMERS = {
  flush: 'host flush',
  order: 'host order',
  content: 'host content',
  checks: 'host checks',
  frame: 'host frame',
  stall: 'host stall',
} as const;

/** The full node: the real intake, node and device machine; the links, the disk, the bundles and the screen are simulated. */
export function createNodeHost(
  services: HostServices<NodeFrame>,
  { directory, config }: FleetFacts,
  fleet: UnsignedFleet,
  storage: NodeStorage,
  { conductOf, onEvent = () => {}, onReport = () => {} }: NodeRole = {},
): NodeHost {
  const { idOf, indexOf } = directory;
  const self = idOf(services.node);
  const device = conductOf && (readDeviceState(storage.device) ?? FRESH_DEVICE);
  const node = createNode({ self, fleet: fleet.id, device, mark: storage.mark }, config);
  const session = ++storage.session;
  const stored = [...storage.entries];
  const unflushed: ReceivedEntry[] = [];
  let isFlushDue = false;
  let sequence = 0;
  /** Effects that must be kept before others, in order, as the runtime's queue has them. */
  const order = createWorkQueue(services, TIMERS.order);
  const content = createWorkQueue(services, TIMERS.content);
  const checks = createWorkQueue(services, TIMERS.checks);
  const rethrow = (error: unknown) => {
    throw error;
  };
  const { tell } = createPump<NodeInput, NodeEffect>({
    handle: (input) =>
      node.handle(input, { monotonicMs: services.nowMs(), wallMs: services.wallMs() }, services.random),
    carryOut: (effects) => effects.forEach(perform),
    onFault: rethrow,
  });
  const machine = createIntakeMachine({
    fleet: fleet.id,
    knows: node.ledger.knows,
    judge: node.book.judge,
  });
  const intake = createPump<IntakeInput, IntakeEffect>({
    handle: (input) => machine.handle(input, services.nowMs()),
    carryOut: (effects) => effects.forEach(performOfIntake),
    onFault: rethrow,
  });
  const send = (peer: NodeId, frame: NodeFrame) => services.send(indexOf(peer), frame);
  const slots = createReleaseSlots(node, storage.manifests);
  const bundles = createBundleEngine({
    services,
    send,
    tell,
    manifestOf: slots.of,
    disk: storage.pieces,
    writes: content,
    stallTimer: TIMERS.stall,
    onSent: (sizeBytes) => onEvent({ type: 'piece-sent', node: services.node, sizeBytes }),
  });
  const frame = createReleaseFrame(services, TIMERS.frame, tell);

  const performOfIntake = (effect: IntakeEffect) => {
    switch (effect.type) {
      case 'hash-entry': {
        const { check, signedBytes } = effect;
        return intake.tell({ type: 'entry-hashed', check, id: idOfSignedBytes(signedBytes) });
      }
      case 'check-signature':
        return checkSignature(effect, checks, intake.tell);
      case 'tell-node':
        note(effect.input);
        return tell(effect.input);
      case 'report-overflow':
        return services.refused(indexOf(effect.peer), effect.reason);
      case 'hang-up':
        return services.hangUp(indexOf(effect.peer), effect.reason);
      case 'report-fault':
        throw effect.error;
    }
  };

  /** What an observer counts of the broadcast. */
  const note = (input: NodeInput) => {
    if (input.type === 'duplicate-pushed') services.payloadReceived(input.item, input.hops);
    if (input.type !== 'entry-received' || input.source.type === 'own') return;
    const item = itemOfEntry(input.received.entry.id);
    if (input.source.type === 'pushed') services.payloadReceived(item, input.source.hops);
    else services.itemRepaired(item);
  };

  const perform = (effect: NodeEffect) => {
    switch (effect.type) {
      case 'send-message':
        return send(effect.to, controlFrame(effect.message));
      case 'dial':
        return services.dial(indexOf(effect.peer));
      case 'hang-up':
        return services.hangUp(indexOf(effect.peer), effect.reason);
      case 'append-entry':
        unflushed.push({
          entry: node.ledger.accepted(effect.id)!,
          envelope: effect.envelope,
          voucherKey: undefined,
        });
        return flushSoon();
      case 'seek-peers':
        return services.seekPeers();
      case 'schedule-timer':
        return services.schedule(effect.timer, effect.delayMs);
      case 'cancel-timer':
        return services.cancel(effect.timer);
      case 'signal-arrived':
        return services.signalArrived(indexOf(effect.from), effect.signal);
      case 'report':
        onReport(effect.event);
        if (effect.event.type === 'peer-refused')
          services.refused(indexOf(effect.event.peer), effect.event.reason);
        return;
      case 'open-channel':
        return bundles.open(effect.peer, effect.channel);
      case 'attach-wire':
        return bundles.attach(effect.peer, effect.channel, effect.infoHash);
      case 'close-channel':
        return bundles.close(effect.peer, effect.channel);
      default:
        return performInOrder(effect);
    }
  };

  const performInOrder = (effect: InOrder) => {
    switch (effect.type) {
      case 'sign-statement':
        return order.push(SIGNING_MS, () => sign(effect.content));
      case 'keep-mark':
        return order.push(WRITE_MS, () => {
          storage.mark = effect.mark;
        });
      case 'keep-bans':
        return order.push(WRITE_MS, () => {
          storage.bans = effect.kept;
        });
      case 'persist-device':
        onEvent({ type: 'state-decided', device: services.node, state: effect.state, node });
        return order.push(WRITE_MS, () => {
          storage.device = effect.state;
          onEvent({ type: 'state-kept', device: services.node, state: effect.state });
        });
      case 'hold-release':
        return order.push(0, () => bundles.hold(effect.release));
      case 'keep-releases':
        return order.push(WRITE_MS, () => {
          slots.keep(effect.releases);
          bundles.keep(effect.releases);
        });
      case 'run-release':
        return order.push(0, () => run(effect.release, effect.run));
      case 'stop-release':
        return order.push(0, () => {
          onEvent({ type: 'release-stopped', device: services.node });
          frame.stop();
        });
    }
  };

  const run = (release: ReleaseId, number: number) => {
    if (conductOf === undefined) return;
    const isWhole = bundles.isWhole(release);
    onEvent({ type: 'release-run', device: services.node, release, isWhole });
    if (isWhole) frame.run(conductOf(release), number);
    else frame.fail('a file of the release is not on this device', number);
  };

  const flushSoon = () => {
    if (isFlushDue) return;
    isFlushDue = true;
    services.schedule(TIMERS.flush, FLUSH_MS);
  };

  const sign = (said: OwnContent) => {
    const statement: OwnStatement = {
      fleet: fleet.id,
      author: self,
      session,
      sequence: sequence++,
      timeMs: services.wallMs(),
      content: said,
    };
    const bytes = encodeSignedStatement({ signedBytes: encodeStatement(statement), signature: UNSIGNED });
    tell({ type: 'statement-received', statement, bytes, source: { type: 'own' } });
  };

  const onTimer = (timer: string) => {
    switch (timer) {
      case TIMERS.flush:
        storage.entries.push(...unflushed.splice(0));
        isFlushDue = false;
        return;
      case TIMERS.order:
        return order.onTimer();
      case TIMERS.content:
        return content.onTimer();
      case TIMERS.checks:
        return checks.onTimer();
      case TIMERS.frame:
        return frame.onTimer();
      case TIMERS.stall:
        return bundles.onStallTimer();
      default:
        return tell({ type: 'timer-fired', timer: timer as NodeTimer });
    }
  };

  return {
    node,
    take: (received) => tell({ type: 'entry-received', received, source: { type: 'own' } }),
    seed: bundles.hold,
    watchSites: (sites) => tell({ type: 'sites-watched', sites }),
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
      const received = fleet.writeNote();
      named(received.entry.id);
      tell({ type: 'entry-received', received, source: { type: 'own' } });
    },
    handle: (fact) => {
      switch (fact.type) {
        case 'node-started':
          if (device !== undefined)
            onEvent({ type: 'device-started', device: services.node, state: node.device()! });
          if (storage.bans !== undefined) tell({ type: 'bans-restored', kept: storage.bans });
          return tell({ type: 'node-started', stored, heard: [], marks: [] });
        case 'peers-introduced':
          return tell({ type: fact.type, peers: fact.peers.map(idOf) });
        case 'signal-arrived':
          return services.signalArrived(fact.from, fact.signal);
        case 'timer-fired':
          return onTimer(fact.timer);
        case 'frame-received': {
          const peer = idOf(fact.peer);
          if (fact.frame.type !== 'control') return bundles.onFrame(peer, fact.frame);
          return intake.tell({ type: 'frame-received', peer, frame: fact.frame.bytes });
        }
        case 'link-up':
          intake.tell({ type: 'link-up', peer: idOf(fact.peer) });
          return tell({ ...fact, peer: idOf(fact.peer), features: [] });
        case 'link-down': {
          const peer = idOf(fact.peer);
          intake.tell({ type: 'link-down', peer, isBanned: node.bans.isBanned(peer) });
          bundles.onLinkDown(peer);
          return tell({ ...fact, peer });
        }
        default:
          return tell({ ...fact, peer: idOf(fact.peer) });
      }
    },
  };
}

/** What the default of `perform` leaves. */
type InOrder = Extract<
  NodeEffect,
  {
    type:
      | 'sign-statement'
      | 'keep-mark'
      | 'keep-bans'
      | 'persist-device'
      | 'hold-release'
      | 'keep-releases'
      | 'run-release'
      | 'stop-release';
  }
>;
