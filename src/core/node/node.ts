import { DEVICE_TIMERS, type DeviceInput } from '../device/input.ts';
import type { DeviceState } from '../device/state.ts';
import { createStatementBook, type StatementBook } from '../fleet/statement-book.ts';
import { createLedger, type Ledger, type ReceivedEntry } from '../ledger/ledger.ts';
import { isMember, isOfFleet, type View } from '../ledger/view.ts';
import { OVERLAY_TIMERS } from '../overlay/input.ts';
import type { ItemSource, OverlayInput } from '../overlay/overlay.ts';
import { createWires } from '../overlay/wires.ts';
import type { Instant, MonotonicMs } from '../time/instant.ts';
import { happenedAt } from '../time/kept-time.ts';
import type { FleetId, InfoHash, NodeId } from '../wire/encoding/ids.ts';
import type { HighWaterMark } from '../wire/kept/high-water-mark.ts';
import type { LinkMessage } from '../wire/link/message.ts';
import { isOverlay } from '../wire/link/overlay.ts';
import { isReconciliation, type ReconciliationMessage } from '../wire/link/reconciliation.ts';
import { type AntiEntropyTimer, createAntiEntropy } from './anti-entropy.ts';
import { type BroadcastEffect, createBroadcast } from './broadcast.ts';
import { createBundleRanks } from './bundle-ranks.ts';
import { createDeviceDesk, type DeviceDesk } from './device-desk.ts';
import type { NodeEffect } from './effect.ts';
import { createExchange } from './exchange.ts';
import { createFreshnessWatch } from './freshness-watch.ts';
import type { LinkFacts, NodeInput, NodeTimer } from './input.ts';
import { createLeaseRenewal } from './lease-renewal.ts';
import { membersTouched } from './members-touched.ts';
import { createMisbehaviour, type Misbehaviour, type MisbehaviourEffect } from './misbehaviour.ts';
import { createNeighbours } from './neighbours.ts';
import { type NodeConfig, WAN_NODE_CONFIG } from './node-config.ts';
import { type BundleProgress, leaseOf } from './own-statements.ts';
import { createProvenState, type Shortfall } from './proven-state.ts';
import { createSiteSpeaker } from './site-speaker.ts';

/**
 * One node: ledger, overlay, statements and, on a kiosk, the device's life, behind one door.
 * Contract: call `handle` with one input at a time, carry out what it returns in order, and only then go on. The node
 * reads no clock and tosses no coin of its own: `now` and `random` are the caller's. By `now`'s wall clock nothing is decided; it is
 * noted of what is heard, and of bans, for people and for the next start (src/core/time/kept-time.ts).
 */
export interface Node {
  readonly self: NodeId;
  readonly ledger: Ledger;
  readonly book: StatementBook;
  readonly links: ReadonlyMap<NodeId, LinkFacts>;
  /** What each neighbour named in its handshake, known here or not (H14). */
  readonly features: ReadonlyMap<NodeId, ReadonlySet<string>>;
  /** Whether the neighbour reads messages of the type; one that it does not is not sent to it. */
  speaks(peer: NodeId, type: LinkMessage['type']): boolean;
  view(): View;
  /** Undefined at a node that runs no releases. */
  device(): DeviceState | undefined;
  /** How far a busy release holds up what would interrupt it (D14); undefined at a node that runs no releases. */
  readonly hold: DeviceDesk['hold'] | undefined;
  /** What this node once had and has not now; undefined while nothing is missing (K3). */
  shortfall(): Shortfall | undefined;
  /** What is here of each bundle, as last reported. */
  readonly progress: ReadonlyMap<InfoHash, BundleProgress>;
  /** Whether a node that dials may link. */
  admits(peer: NodeId): boolean;
  readonly bans: Pick<Misbehaviour, 'inForce' | 'isBanned'>;
  handle(input: NodeInput, now: Instant, random: () => number): readonly NodeEffect[];
}

/** A guess: what was proved is kept this long after it was; a crash forgets at most so much of it, and writes are few. */
const KEEP_MARK_MS = 2_000;

export function createNode(
  deps: {
    readonly self: NodeId;
    readonly fleet: FleetId;
    readonly device: DeviceState | undefined;
    /** The highest that any place gave back of what this node had reached. */
    readonly mark: HighWaterMark;
  },
  config: NodeConfig = WAN_NODE_CONFIG,
): Node {
  const { self, fleet } = deps;
  const ledger = createLedger(fleet);
  const book = createStatementBook({ self, isMember: (node) => isOfFleet(ledger.view, node) });
  const siteOf = (node: NodeId) => ledger.view.devices.get(node)?.body.site;
  const broadcast = createBroadcast(
    {
      self,
      siteOf,
      isMember: (node) => isMember(ledger.view, node),
      ledger,
      book,
    },
    config,
  );
  const speaker = createSiteSpeaker({ self, siteOf, book });
  const ranks = createBundleRanks(() => ledger.view);
  const wires = createWires(self, ranks.current);
  const misbehaviour = createMisbehaviour(config.misbehaviour);
  const proven = createProvenState(ledger, deps.mark);
  const neighbours = createNeighbours();
  const { links } = neighbours;
  const progress = new Map<InfoHash, BundleProgress>();
  const device =
    deps.device &&
    createDeviceDesk({
      self,
      ledger,
      proven,
      progress,
      device: deps.device,
      mark: deps.mark,
      config: config.device,
    });
  const watch = createFreshnessWatch({ self, isDevice: device !== undefined, ledger, book, proven });
  const exchange = createExchange({ self, ledger, book, ...broadcast });
  const antiEntropy = createAntiEntropy(config.antiEntropy);
  /** Neighbours that brought what strangers say: these may be members that this node does not know yet. */
  const turnedAway = new Set<NodeId>();
  const lease = createLeaseRenewal(config.lease);
  let started = false;
  /** The mark's timer is set. */
  let keeping = false;
  let effects: NodeEffect[] = [];
  let now: Instant = { monotonicMs: 0, wallMs: 0 };
  /** The monotonic reading of `now`, by which everything here lasts. */
  let nowMs: MonotonicMs = 0;
  let chance: () => number = () => 0;

  const currentView = (): View => ledger.view;

  const emit = (steps: readonly NodeEffect[]) => void effects.push(...steps);

  const spread = (steps: readonly BroadcastEffect[]) => {
    for (const step of steps)
      if (step.type === 'peer-misbehaved') onMisbehaviour(step.peer, step.reason, step.peer);
      else effects.push(step);
  };
  const tellOverlay = (input: OverlayInput) => spread(broadcast.handle(input, nowMs, chance));

  const renewSoon = () => emit(lease.soon());

  const publishLease = () => {
    const here = {
      validMs: config.lease.validMs,
      links,
      freshness: watch.freshness(nowMs),
      heldForMs: device?.heldForMs(nowMs),
    };
    effects.push(
      { type: 'sign-statement', content: leaseOf(device?.state(), currentView(), progress, here) },
      ...lease.said(),
    );
  };

  const keepMarkSoon = () => {
    if (!started || keeping) return;
    keeping = true;
    effects.push({ type: 'schedule-timer', timer: 'mark', delayMs: KEEP_MARK_MS });
  };

  const keepMark = () => {
    keeping = false;
    emit(watch.keepMark());
  };

  const speak = () => {
    const { summary, delayMs } = speaker.handleTimer(nowMs, chance);
    if (summary !== undefined) effects.push({ type: 'sign-statement', content: summary });
    effects.push({ type: 'schedule-timer', timer: 'summary', delayMs });
  };

  const fromDesk = (steps: readonly NodeEffect[]) => {
    emit(steps);
    // A lease names the stage that a receipt tells.
    if (steps.some(({ type }) => type === 'sign-statement')) renewSoon();
  };
  const tellDevice = (input: DeviceInput) => fromDesk(device?.handle(input, now) ?? []);
  const followWish = () => fromDesk(device?.followWish(now) ?? []);

  const onEntry = (received: ReceivedEntry, source: ItemSource) => {
    const wasShort = proven.shortfall() !== undefined;
    const events = ledger.receive(received);
    const accepted = events.flatMap((event) =>
      event.type === 'entry-accepted' ? [ledger.accepted(event.id)!] : [],
    );
    // Neighbours first: whoever is told of it here would hold up all who get it through this node.
    for (const entry of accepted) {
      const by = entry.id === received.entry.id ? source : laterSource(source);
      spread(broadcast.onEntryAccepted(entry, by, nowMs, chance));
    }
    for (const { id } of accepted) effects.push({ type: 'append-entry', id, envelope: ledger.envelope(id)! });
    for (const event of events) {
      effects.push({ type: 'report', event });
      if (event.type === 'entry-forgotten') emit(antiEntropy.need());
      if (event.type === 'entry-refused' && source.type !== 'own')
        onMisbehaviour(source.from, `an entry was refused (${event.rule}): ${event.reason}`, event.id);
    }
    if (accepted.length === 0) return;
    if (wasShort && proven.shortfall() === undefined) {
      effects.push({ type: 'report', event: { type: 'ledger-rebuilt' } });
      renewSoon();
    }
    onMembers(membersTouched(events, accepted));
    keepMarkSoon();
    spread(broadcast.onViewChanged(nowMs, chance));
    ranks.onViewChanged();
    emit(wires.onRanksChanged());
    followWish();
  };

  const onMembers = (touched: readonly NodeId[] | 'all') => {
    if (touched.length === 0) return;
    tellOverlay({ type: 'members-changed' });
    book.reconsider(touched === 'all' ? undefined : touched);
    for (const peer of turnedAway) emit(antiEntropy.need(peer));
    turnedAway.clear();
  };

  const reconcileAgain = (timer: AntiEntropyTimer) => {
    const { peer, effects: scheduled } = antiEntropy.handleTimer(timer, nowMs, chance);
    emit(scheduled);
    if (peer !== undefined) emit(exchange.open(peer, nowMs, chance));
  };

  const sanction = (steps: readonly MisbehaviourEffect[]) => {
    for (const step of steps)
      if (step.type === 'peer-banned' || step.type === 'ban-ended') tellOverlay(step);
      else effects.push(step);
  };
  const onMisbehaviour = (peer: NodeId, reason: string, subject: string) =>
    sanction(misbehaviour.onRefused(peer, reason, subject, now));

  /** A page that goes away has no time to close its connections: the word alone ends the link (H12). */
  const onGoodbye = (peer: NodeId, reason: string) =>
    effects.push({ type: 'hang-up', peer, reason: `the other node said goodbye: ${reason}` });

  const onReconciliation = (peer: NodeId, message: ReconciliationMessage) => {
    for (const effect of exchange.onReconciliation(peer, message, nowMs, chance))
      if (effect.type === 'refused') {
        onMisbehaviour(peer, `reconciliation: ${effect.reason}`, peer);
        effects.push({ type: 'hang-up', peer, reason: `reconciliation: ${effect.reason}` });
      } else effects.push(effect);
  };

  const onStart = ({ stored, heard, marks }: Extract<NodeInput, { type: 'node-started' }>) => {
    for (const received of stored) ledger.receive(received);
    for (const { statement, bytes, heardAtMs } of heard)
      if (book.isHeardOf(statement.author) && book.judge(statement) === 'news')
        book.put({ statement, bytes, heardAt: happenedAt(heardAtMs, now) });
    book.restoreMarks(marks);
    fromDesk(device?.start(book.newest(self, 'faults')?.statement, now) ?? []);
    started = true;
    emit(watch.look(nowMs));
    keepMarkSoon();
    spread(broadcast.onViewChanged(nowMs, chance));
    publishLease();
    emit(watch.publishBeacon());
    effects.push({ type: 'schedule-timer', timer: 'summary', delayMs: speaker.start(nowMs, chance) });
    emit(antiEntropy.start(chance));
  };

  const onTimer = (timer: NodeTimer) => {
    if (isOneOf(OVERLAY_TIMERS, timer)) return tellOverlay({ type: 'timer-fired', timer });
    if (isOneOf(DEVICE_TIMERS, timer)) return tellDevice({ type: 'timer-fired', timer });
    switch (timer) {
      case 'lease':
        emit(watch.look(nowMs));
        if (watch.freshness(nowMs) === 'behind' || proven.shortfall() !== undefined) emit(antiEntropy.need());
        return publishLease();
      case 'beacon':
        return emit(watch.publishBeacon());
      case 'bans':
        return sanction(misbehaviour.handleTimer(now));
      case 'mark':
        return keepMark();
      case 'summary':
        return speak();
      case 'rewire':
        return emit(wires.handleTimer(nowMs));
      case 'faults':
        return emit(device?.reportFaults(nowMs) ?? []);
      case 'catch-up':
      case 'anti-entropy':
        return reconcileAgain(timer);
    }
  };

  const handleInput = (input: NodeInput) => {
    switch (input.type) {
      case 'node-started':
        return onStart(input);
      case 'bans-restored':
        return sanction(misbehaviour.restore(input.kept, now));
      case 'ban-lifted':
        return sanction(misbehaviour.lift(input.peer, now));
      case 'peers-introduced':
      case 'peer-seen':
      case 'dial-failed':
      case 'link-congested':
      case 'link-drained':
      case 'signal-offered':
        return tellOverlay(input);
      case 'link-up':
        neighbours.onLinkUp(input.peer, input.features);
        effects.push({ type: 'report', event: { type: 'neighbor-up', peer: input.peer } });
        // The overlay first: its `subscribe` says which statements the inventory's answer is to bring.
        tellOverlay(input);
        emit(exchange.open(input.peer, nowMs, chance));
        antiEntropy.onLinkUp(input.peer);
        emit(wires.onLinkUp(input.peer));
        return renewSoon();
      case 'link-down':
        neighbours.onLinkDown(input.peer);
        wires.onLinkDown(input.peer);
        exchange.close(input.peer);
        antiEntropy.onLinkDown(input.peer);
        turnedAway.delete(input.peer);
        effects.push({
          type: 'report',
          event: { type: 'neighbor-down', peer: input.peer, reason: input.reason },
        });
        tellOverlay(input);
        return renewSoon();
      case 'link-measured':
        if (neighbours.onLinkMeasured(input.peer, input.facts)) renewSoon();
        return;
      case 'sites-watched':
        return spread(broadcast.watchSites(input.sites, nowMs, chance));
      case 'message-received':
        if (input.message.type === 'inventory') emit(exchange.onInventory(input.peer, input.message, nowMs));
        else if (isReconciliation(input.message)) onReconciliation(input.peer, input.message);
        else if (isOverlay(input.message)) tellOverlay({ ...input, message: input.message });
        else if (input.message.type === 'goodbye') onGoodbye(input.peer, input.message.reason);
        else emit(wires.onMessage(input.peer, input.message, nowMs, chance));
        return;
      case 'entry-received':
        return onEntry(input.received, input.source);
      case 'statement-received': {
        const { statement, bytes, source } = input;
        if (book.judge(statement, source.type === 'own' ? undefined : source.from) !== 'news') return;
        const heard = { statement, bytes, heardAt: now };
        book.put(heard);
        // What a stranger says of itself goes no further than to its own neighbours, and into nobody's log.
        if (!book.isHeardOf(statement.author)) return;
        spread(broadcast.onStatementAccepted(statement, source, nowMs, chance));
        effects.push({ type: 'report', event: { type: 'statement-heard', heard } });
        if (statement.content.type === 'beacon') keepMarkSoon();
        return;
      }
      case 'statement-turned-away':
        turnedAway.add(input.peer);
        return;
      case 'duplicate-pushed':
        return spread(broadcast.onDuplicate(input, nowMs, chance));
      case 'peer-misbehaved':
        return onMisbehaviour(input.peer, input.reason, input.subject);
      case 'holdings-changed':
        return emit(wires.setHoldings(input.bundles, nowMs));
      case 'bundle-progressed':
        progress.set(input.infoHash, input);
        return renewSoon();
      case 'wire-closed':
        return emit(wires.onWireClosed(input.peer, input.channel, input.carriedBytes, nowMs, chance));
      case 'channel-gone':
        return wires.onChannelGone(input.peer, input.channel);
      case 'device-input':
        return tellDevice(input.input);
      case 'timer-fired':
        return onTimer(input.timer);
    }
  };

  return {
    self,
    ledger,
    book,
    links,
    features: neighbours.features,
    speaks: neighbours.speaks,
    progress,
    view: currentView,
    device: () => device?.state(),
    hold: device?.hold,
    shortfall: proven.shortfall,
    admits: broadcast.admits,
    bans: misbehaviour,
    handle: (input, at, random) => {
      effects = [];
      now = at;
      nowMs = at.monotonicMs;
      chance = random;
      handleInput(input);
      return effects;
    },
  };
}

function isOneOf<const Name extends NodeTimer>(names: readonly Name[], timer: NodeTimer): timer is Name {
  return (names as readonly NodeTimer[]).includes(timer);
}

/** An entry that waited for another came by whatever way, some time ago: neighbours are told of it as of what comes in bulk. */
function laterSource(source: ItemSource): ItemSource {
  return source.type === 'pushed' ? { type: 'reconciled', from: source.from } : source;
}
