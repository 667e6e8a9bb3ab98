import { readDeviceState } from '../core/device/saved-state.ts';
import { FRESH_DEVICE } from '../core/device/state.ts';
import type { ReceivedEntry } from '../core/ledger/ledger.ts';
import { createWatchers, type Watchers } from '../core/ledger/watchers.ts';
import type { NodeEffect } from '../core/node/effect.ts';
import type { NodeInput, NodeTimer, WatchedSites } from '../core/node/input.ts';
import { createNode, type Node } from '../core/node/node.ts';
import { NODE_CONFIGS, type Preset } from '../core/node/node-config.ts';
import { concatBytes } from '../core/wire/encoding/cbor.ts';
import { bytesOfId, type EntryId, type FleetId, type NodeId } from '../core/wire/encoding/ids.ts';
import { WireError } from '../core/wire/encoding/refusal.ts';
import type { Envelope } from '../core/wire/entry/entry.ts';
import type { Identity } from '../ports/keys.ts';
import type { ReleaseFrame } from '../ports/release-frame.ts';
import type { Torrents } from '../ports/torrents.ts';
import { createDraws } from './draws.ts';
import { createEffectQueue } from './effect-queue.ts';
import { instantOf } from './instant-of.ts';
import { openEnvelope } from './intake/envelope.ts';
import { createFrameIntake } from './intake/frame-intake.ts';
import { createBanStore } from './kept/ban-store.ts';
import { createCounters } from './kept/counters.ts';
import { createEntryKeeping } from './kept/entry-keeping.ts';
import { createHighWater } from './kept/high-water.ts';
import { damageOf, openLedger, openMarks, openStatements, saveStatements } from './kept/opening.ts';
import { createSignedRoots, type SignedRoots } from './kept/signed-roots.ts';
import { openSlotManifests } from './kept/slot-manifests.ts';
import { createStatementSaving } from './kept/statement-saving.ts';
import { createHandCarried, type HandCarried } from './links/hand-carried.ts';
import { createLinkMeasuring } from './links/link-measuring.ts';
import { createLinkTable } from './links/link-table.ts';
import { createRungClimbing } from './links/rung-climbing.ts';
import { createSignalingRooms, type RoomState } from './links/signaling-rooms.ts';
import { createOrderedEffects } from './ordered-effects.ts';
import { createOwnEntries, type EntryDraft } from './own-entries.ts';
import { createPump } from './pump.ts';
import { createBundles } from './releases/bundles.ts';
import { createReleaseRunner } from './releases/release-runner.ts';
import { createReports } from './reports.ts';
import type { RuntimeEvent } from './runtime-event.ts';
import type { RuntimePorts } from './runtime-ports.ts';
import { createTimers } from './timers.ts';

export type { EntryDraft, RuntimeEvent };

export interface RuntimeOptions {
  readonly fleet: FleetId;
  readonly identity: Identity;
  readonly signalingUrls: readonly string[];
  /** Which sites' devices it hears one by one at first, beside those of its own site; of all others it hears summaries. */
  readonly watchedSites: WatchedSites;
  /** What the node's machines are set to; `wan` unless told. */
  readonly preset?: Preset;
  /** Given at a device: where its releases run. */
  readonly frame: ReleaseFrame | undefined;
}

/** A running node: the pure core with its effects carried out. */
export interface NodeRuntime {
  readonly node: Node;
  readonly identity: Identity;
  rooms(): readonly RoomState[];
  /** First contact is made at these servers from now on. */
  meetAt(urls: readonly string[]): void;
  /** Signs an entry as this node, takes it in and passes it on. Rejects with WireError when its own ledger refuses it. */
  write(draft: EntryDraft): Promise<EntryId>;
  /** Signs an entry as its author and names who else must sign it. Nothing is taken in; its number is spent either way. */
  propose(draft: EntryDraft, cosigners: readonly NodeId[]): Promise<Envelope>;
  /** Takes in and passes on an envelope that all its signers have signed. Rejects with WireError like `write`. */
  submit(envelope: Uint8Array): Promise<EntryId>;
  /** Roots that this node's key has signed. */
  readonly signedRoots: SignedRoots;
  /** Makes the torrent of files that are in the content store. */
  createBundle: Torrents['create'];
  /** The size of the metainfo that `createBundle` would make of so many bytes. */
  metainfoBytes: Torrents['metainfoBytes'];
  /** Holds a release's bundle beside what the device's life asks for: a publisher seeds what it published. */
  seed(release: EntryId): void;
  /** As `seed`, and resolves when all of its files are here. Rejects with BundleFailed when they cannot be. */
  fetch(release: EntryId): Promise<void>;
  /** Holds these bundles and drops all others, for a node that runs nothing itself. */
  seedOnly(releases: readonly EntryId[]): void;
  /** Other sites from now on, in place of all that were watched; neighbours are told at once. */
  watchSites(sites: WatchedSites): void;
  /** Takes a ban back, here alone: bans are told to nobody. */
  liftBan(peer: NodeId): void;
  /** Links whose signals people carry, where no server does. */
  readonly byHand: Omit<HandCarried, 'close'>;
  subscribe(listener: (event: RuntimeEvent) => void): () => void;
  /** Calls `listener` once for each change of a path that `glob` means, in order, until the returned function is called. */
  watch: Watchers['watch'];
  /** Idempotent: every call resolves when everything is stored and all links are closed. */
  close(): Promise<void>;
}

export async function startNode(ports: RuntimePorts, options: RuntimeOptions): Promise<NodeRuntime> {
  const { keys, clock, randomness, records } = ports;
  const { fleet, identity, frame } = options;
  const sessionCounter = `${identity.id}/session`;
  const counters = createCounters(ports.places);
  const highWater = createHighWater(ports.places);
  const bans = createBanStore(ports.places);
  const keptBans = await bans.read(fleet);
  const session = (await counters.read(sessionCounter)) + 1;
  await counters.raise(sessionCounter, session);
  const savedDevice = readDeviceState(await records.get('device'));
  const stored = await openLedger(ports.ledgerStore, keys, fleet);
  const heard = await openStatements(records, fleet, keys);
  const node = createNode(
    {
      self: identity.id,
      fleet,
      device: frame && (savedDevice ?? FRESH_DEVICE),
      mark: await highWater.read(fleet),
    },
    NODE_CONFIGS[options.preset ?? 'wan'],
  );
  const slots = await openSlotManifests({ node, keys, records });
  const reports = createReports();
  const { report, trouble } = reports;

  const random = createDraws(randomness);
  const queue = createEffectQueue(trouble('an effect failed'));
  const keeping = createEntryKeeping(ports.ledgerStore);
  const watchers = createWatchers(trouble('a watcher failed'));
  const timers = createTimers<NodeTimer>(clock, (timer) => tell({ type: 'timer-fired', timer }));
  const saving = createStatementSaving({
    clock,
    stored: heard,
    all: node.book.all,
    save: (statements) => queue.push(() => saveStatements(records, statements, node.book.marks())),
  });

  const pump = createPump<NodeInput, NodeEffect>({
    handle: (input) => node.handle(input, instantOf(clock), random),
    carryOut: (effects, input) => {
      carryOut(effects);
      if (input.type !== 'message-received') report({ type: 'changed' });
    },
    onFault: trouble('an input could not be handled'),
  });
  const { tell } = pump;

  /** Effects on links, timers and watchers take place at once; those that must be kept before others go in order. */
  const carryOut = (effects: readonly NodeEffect[]) => {
    const entries = effects.filter((effect) => effect.type === 'append-entry');
    if (entries.length > 0)
      queue.push(() => keeping.keep(entries.map(({ id, envelope }) => ({ key: id, envelope }))));
    for (const effect of effects) {
      switch (effect.type) {
        case 'append-entry':
          break;
        case 'send-message':
          if (node.speaks(effect.to, effect.message.type))
            table.send(effect.to, effect.message, effect.priority ?? 'normal');
          break;
        case 'dial':
          table.dial(effect.peer);
          break;
        case 'seek-peers':
          rooms.seek();
          break;
        case 'signal-arrived':
          table.onSignal(effect.from, effect.signal);
          break;
        case 'hang-up':
          table.hangUp(effect.peer, effect.reason);
          break;
        case 'schedule-timer':
          timers.schedule(effect.timer, effect.delayMs);
          break;
        case 'cancel-timer':
          timers.cancel(effect.timer);
          break;
        case 'open-channel':
        case 'attach-wire':
        case 'close-channel':
          bundles.carryOut(effect);
          break;
        case 'report':
          if (effect.event.type === 'statement-heard') saving.onHeard(effect.event.heard);
          if (effect.event.type === 'path-changed') watchers.tell(effect.event);
          report(effect.event);
          break;
        default:
          queue.push(() => carryOutInOrder(effect));
      }
    }
  };

  const intake = createFrameIntake({
    node,
    fleet,
    keys,
    clock,
    tell,
    onOverflow: (peer, reason) => report({ type: 'link-refused', peer, reason }),
    hangUp: (peer, reason) => table.hangUp(peer, reason),
    onFault: trouble('a frame could not be handled'),
  });
  const rooms = createSignalingRooms({
    urls: options.signalingUrls,
    room: (await keys.sha256(concatBytes([ROOM_DOMAIN, bytesOfId(fleet)]))).slice(0, 16),
    identity,
    signaling: ports.signaling,
    clock,
    random,
    onPresent: (peers) => tell({ type: 'peers-introduced', peers }),
    onSeen: (peer) => tell({ type: 'peer-seen', peer }),
    onSignal: (from, signal) => table.onSignal(from, signal),
    onChange: () => report({ type: 'changed' }),
  });
  const table = createLinkTable({
    fleet,
    identity,
    keys,
    connector: ports.connector,
    clock,
    randomness,
    signal: (to, signal) => {
      const sent = rooms.send(to, signal);
      // Beside the server where there is one: whichever way is whole brings it, and a copy is dropped.
      const meshed = node.links.size > 0;
      if (meshed) tell({ type: 'signal-offered', to, signal, search: !sent });
      return sent || meshed;
    },
    iceServers: rooms.iceServers,
    relayTo: rooms.relayTo,
    rungOf: (peer) => node.links.get(peer)?.rung ?? 'unknown',
    admits: (peer) => node.admits(peer),
    onEvent: (event) => {
      if (event.type === 'frame-received') return intake.onFrame(event.peer, event.frame);
      if (event.type === 'link-refused') return report(event);
      if (event.type === 'message-unsendable')
        return report({ type: 'trouble', what: `a neighbour was not told something (${event.reason})` });
      if (event.type === 'link-moved') return measuring.soon();
      if (event.type === 'link-up') intake.onLinkUp(event.peer);
      if (event.type === 'link-down') {
        intake.onLinkDown(event.peer);
        bundles.onLinkDown(event.peer);
        climbing.onLinkDown(event.peer);
      }
      tell(event);
      if (event.type === 'link-up') measuring.soon();
    },
  });

  const climbing = createRungClimbing({ clock, random, climb: table.climb });
  const measuring = createLinkMeasuring({
    clock,
    connections: table.connections,
    onMeasured: (peer, facts) => {
      tell({ type: 'link-measured', peer, facts });
      climbing.onMeasured(peer, facts.rung);
    },
    onFault: trouble('links could not be measured'),
  });
  const stopWatchingNetwork = ports.network.onChange(climbing.onNetworkChanged);

  const byHand = createHandCarried({
    fleet,
    identity,
    keys,
    connector: ports.connector,
    clock,
    randomness,
    adopt: table.adopt,
  });

  const bundles = createBundles({
    manifestOf: slots.of,
    content: ports.content,
    torrents: ports.torrents,
    openChannel: table.openChannel,
    tell,
    trouble: (what) => report({ type: 'trouble', what }),
  });
  const runner =
    frame &&
    createReleaseRunner({
      node,
      watch: watchers.watch,
      manifestOf: slots.of,
      content: ports.content,
      frame,
      onInput: (input) => tell({ type: 'device-input', input }),
      onDamaged: (release) => {
        report({
          type: 'trouble',
          what: 'a file of the running release is damaged on this device: it is fetched again from neighbours',
        });
        queue.push(() => bundles.repair(release));
      },
    });

  const carryOutInOrder = createOrderedEffects({
    fleet,
    identity,
    session,
    clock,
    records,
    highWater,
    bans,
    slots,
    bundles,
    runner,
    tell,
  });

  const takeIn = async (received: ReceivedEntry): Promise<void> => {
    const { id, path } = received.entry;
    let reason = '';
    const note = (event: RuntimeEvent) => {
      if (event.type === 'entry-refused' && event.id === id) reason = `: ${event.reason}`;
    };
    reports.during(note, () => tell({ type: 'entry-received', received, source: { type: 'own' } }));
    await queue.drained();
    if (node.ledger.accepted(id) === undefined)
      throw new WireError(`this node's own ledger refuses the entry at ${path}${reason}`);
  };

  const entries = createOwnEntries({ node, identity, keys, clock, counters, takeIn });

  const end = async (): Promise<void> => {
    byHand.close();
    const linksGone = table.close();
    pump.close();
    climbing.close();
    stopWatchingNetwork();
    rooms.close();
    timers.close();
    measuring.close();
    saving.close();
    runner?.close();
    // The rest of the effects among which somebody asked for the end comes to the queue first.
    await Promise.resolve();
    queue.push(() => keeping.keep([]));
    await queue.drained();
    await bundles.close();
    await linksGone;
    reports.close();
  };

  let ended: Promise<void> | undefined;

  tell({ type: 'bans-restored', kept: keptBans });
  tell({ type: 'sites-watched', sites: options.watchedSites });
  tell({ type: 'node-started', stored, heard, marks: await openMarks(records) });
  if (stored.damaged > 0) report({ type: 'trouble', what: damageOf(stored) });

  return {
    node,
    identity,
    rooms: rooms.states,
    meetAt: rooms.use,
    createBundle: bundles.create,
    metainfoBytes: bundles.metainfoBytes,
    seed: (release) => queue.push(() => bundles.hold(release)),
    fetch: bundles.fetch,
    seedOnly: (releases) =>
      queue.push(async () => {
        for (const release of releases) await bundles.hold(release);
        await bundles.keep(releases);
      }),
    watchSites: (sites) => tell({ type: 'sites-watched', sites }),
    liftBan: (peer) => tell({ type: 'ban-lifted', peer }),
    byHand,
    subscribe: reports.subscribe,
    signedRoots: createSignedRoots(ports.places, fleet, identity.id),
    write: entries.write,
    propose: entries.propose,
    submit: async (envelope) => {
      const received = await openEnvelope(envelope, keys);
      await takeIn(received);
      return received.entry.id;
    },
    watch: watchers.watch,
    close: () => (ended ??= end()),
  };
}

const ROOM_DOMAIN = new TextEncoder().encode('fieldfare room 1\0');
