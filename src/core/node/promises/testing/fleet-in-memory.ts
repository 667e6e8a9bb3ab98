import type { ReceivedEntry } from '../../../ledger/ledger.ts';
import type { EntryWriter } from '../../../ledger/testing/entry-writer.ts';
import type { ItemSource } from '../../../overlay/input.ts';
import type { NodeId, ReleaseId } from '../../../wire/encoding/ids.ts';
import type { Entry } from '../../../wire/entry/entry.ts';
import { itemOfEntry, itemOfStatement, markOf } from '../../../wire/link/item.ts';
import { decodeMessage, encodeMessage, type LinkMessage } from '../../../wire/link/message.ts';
import type { Statement } from '../../../wire/statement/statement.ts';
import type { NodeEffect } from '../../effect.ts';
import { type Disk, EMPTY_DISK, type NodeOnDisk, nodeOnDisk, type Witness } from './node-on-disk.ts';

/** What a release does when it is run; nothing more comes of one that hangs. */
export type Conduct = 'well' | 'throws' | 'hangs' | 'does not start';

interface Underway {
  readonly from: NodeOnDisk;
  readonly to: NodeOnDisk;
  readonly message: LinkMessage;
}

/**
 * Real nodes in one process, with disks that outlive them, a server that introduces them while it is up, links that they make themselves, and
 * releases that behave as they are told. Signatures are nobody's work here. Nothing happens but what is told, and nothing by chance but
 * by `chance`.
 */
export function fleetInMemory(deps: {
  readonly writer: EntryWriter;
  readonly chance: () => number;
  readonly conductOf: (release: ReleaseId) => Conduct;
  readonly witness: Witness;
}) {
  const { writer, chance, witness } = deps;
  const ends = new Map<NodeId, NodeOnDisk>();
  const links = new Set<string>();
  const sides = new Map<NodeId, number>();
  const entries = new Map<string, ReceivedEntry>();
  const statements = new Map<string, Statement>();
  let underway: Underway[] = [];
  const dials: { readonly from: NodeOnDisk; readonly to: NodeId }[] = [];
  const seekers: NodeOnDisk[] = [];
  let isServing = true;
  let nowMs = 1_000_000;

  const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const receivedOf = (envelope: Uint8Array): ReceivedEntry => {
    for (let at = entries.size; at < writer.written.length; at++)
      entries.set(textOf(writer.written[at]!.envelope), writer.written[at]!);
    return entries.get(textOf(envelope))!;
  };
  const sideOf = (id: NodeId) => sides.get(id) ?? 0;
  const linkOf = (a: NodeId, b: NodeId) => (a < b ? `${a} ${b}` : `${b} ${a}`);
  const areLinked = (a: NodeId, b: NodeId) => links.has(linkOf(a, b));
  const up = () => [...ends.values()].filter((end) => end.isUp());

  const cut = (a: NodeId, b: NodeId, reason: string) => {
    if (!links.delete(linkOf(a, b))) return;
    underway = underway.filter(({ from, to }) => linkOf(from.id, to.id) !== linkOf(a, b));
    ends.get(a)!.tell({ type: 'link-down', peer: b, reason });
    ends.get(b)!.tell({ type: 'link-down', peer: a, reason });
  };

  const carry = (end: NodeOnDisk, effect: NodeEffect) => {
    if (effect.type === 'send-message' && areLinked(end.id, effect.to))
      underway.push({ from: end, to: ends.get(effect.to)!, message: effect.message });
    if (effect.type === 'dial') dials.push({ from: end, to: effect.peer });
    if (effect.type === 'hang-up') cut(end.id, effect.peer, effect.reason);
    if (effect.type === 'seek-peers') seekers.push(end);
  };

  /** Who has no server finds others by a neighbour that both have. */
  const canMeet = (a: NodeOnDisk, b: NodeOnDisk) =>
    sideOf(a.id) === sideOf(b.id) &&
    (isServing || up().some(({ id }) => areLinked(a.id, id) && areLinked(id, b.id)));

  const dial = ({ from, to }: (typeof dials)[number]) => {
    const peer = ends.get(to);
    if (!from.isUp() || areLinked(from.id, to)) return;
    if (peer === undefined || !peer.isUp() || !canMeet(from, peer) || !peer.node().admits(from.id))
      return from.tell({ type: 'dial-failed', peer: to });
    links.add(linkOf(from.id, to));
    from.tell({ type: 'link-up', peer: to, dialled: true, features: [] });
    peer.tell({ type: 'link-up', peer: from.id, dialled: false, features: [] });
  };

  const introduce = (end: NodeOnDisk) => {
    if (!isServing || !end.isUp()) return;
    const peers = up().filter(({ id }) => id !== end.id && sideOf(id) === sideOf(end.id));
    end.tell({ type: 'peers-introduced', peers: peers.map(({ id }) => id) });
    for (const peer of peers) peer.tell({ type: 'peer-seen', peer: end.id });
  };

  const take = (
    end: NodeOnDisk,
    from: NodeId,
    bytes: Uint8Array,
    kind: 'entry' | 'statement',
    hops?: number,
  ) => {
    const node = end.node();
    const source: ItemSource =
      hops === undefined ? { type: 'reconciled', from } : { type: 'pushed', from, hops };
    const seen = (item: Parameters<typeof end.tell>[0] & { type: 'duplicate-pushed' }) => {
      if (hops !== undefined) end.tell(item);
    };
    if (kind === 'entry') {
      const received = receivedOf(bytes);
      const { id } = received.entry;
      if (!node.ledger.knows(id)) end.tell({ type: 'entry-received', received, source });
      else seen({ type: 'duplicate-pushed', item: itemOfEntry(id), from, hops: hops ?? 0 });
      return;
    }
    const statement = statements.get(textOf(bytes))!;
    const judgement = node.book.judge(statement, from);
    if (judgement === 'news') end.tell({ type: 'statement-received', statement, bytes, source });
    else if (judgement === 'unwanted') end.tell({ type: 'statement-turned-away', peer: from });
    else seen({ type: 'duplicate-pushed', item: itemOfStatement(markOf(statement)), from, hops: hops ?? 0 });
  };

  const deliver = ({ from, to, message }: Underway) => {
    const read = decodeMessage(encodeMessage(message)) as LinkMessage;
    if (read.type === 'push') return take(to, from.id, read.payload, read.kind, read.hops);
    const bulk =
      read.type === 'entries' ? read.envelopes : read.type === 'statements' ? read.statements : undefined;
    if (bulk === undefined)
      return to.tell({ type: 'message-received', peer: from.id, message: read as never });
    for (const bytes of bulk)
      if (to.isUp()) take(to, from.id, bytes, read.type === 'entries' ? 'entry' : 'statement');
  };

  /** All that is under way arrives, and nodes that dial are linked. */
  const settle = () => {
    for (;;) {
      const message = underway.shift();
      if (message !== undefined) {
        if (message.to.isUp() && areLinked(message.from.id, message.to.id)) deliver(message);
        continue;
      }
      const next = dials.shift();
      if (next !== undefined) {
        dial(next);
        continue;
      }
      const seeker = seekers.shift();
      if (seeker === undefined) return;
      introduce(seeker);
    }
  };

  /** Bundles that are wanted come, and what is on the screens does what it does. */
  const live = () => {
    for (const end of up()) {
      if (!end.isDevice) continue;
      for (const release of end.wanted()) end.tellDevice({ type: 'bundle-complete', release });
      const shown = end.shown();
      if (shown === undefined) continue;
      const conduct = deps.conductOf(shown.release);
      if (conduct === 'does not start') end.tellFrame({ type: 'frame-failed', reason: 'no page' });
      else if (conduct !== 'hangs') {
        end.tellFrame({ type: 'release-loaded' });
        end.tellFrame(
          conduct === 'well'
            ? { type: 'release-healthy' }
            : { type: 'release-error', message: 'undefined is not' },
        );
        end.tellFrame({ type: 'release-beat' });
      }
    }
    settle();
  };

  const passQuietly = (ms: number) => {
    const endMs = nowMs + ms;
    for (;;) {
      const due = up()
        .flatMap((end) => Array.from(end.timers, ([timer, atMs]) => ({ end, timer, atMs })))
        .reduce<{ end: NodeOnDisk; timer: string; atMs: number } | undefined>(
          (first, next) => (first === undefined || next.atMs < first.atMs ? next : first),
          undefined,
        );
      if (due === undefined || due.atMs > endMs) break;
      nowMs = Math.max(nowMs, due.atMs);
      due.end.timers.delete(due.timer as never);
      due.end.tell({ type: 'timer-fired', timer: due.timer as never });
      settle();
    }
    nowMs = endMs;
  };

  return {
    ends: () => [...ends.values()],
    open: (id: NodeId, options: { readonly isDevice: boolean; readonly disk?: Disk }): NodeOnDisk => {
      const end = nodeOnDisk({
        id,
        fleet: writer.genesis.id,
        isDevice: options.isDevice,
        disk: options.disk ?? EMPTY_DISK(),
        receivedOf,
        nowMs: () => nowMs,
        chance,
        witness,
        carry,
        sign: (statement) => {
          const bytes = new TextEncoder().encode(`${id} ${statement.session} ${statement.sequence}`);
          statements.set(textOf(bytes), statement);
          return bytes;
        },
        onDown: ({ id: gone }) => {
          for (const peer of ends.keys()) cut(gone, peer, 'the other end is gone');
        },
      });
      ends.set(id, end);
      end.start();
      introduce(end);
      settle();
      return end;
    },
    restart: (end: NodeOnDisk) => {
      end.start();
      introduce(end);
      settle();
    },
    write: (entry: Entry, at: NodeOnDisk) => {
      at.tell({ type: 'entry-received', received: writer.received(entry), source: { type: 'own' } });
      settle();
    },
    /** The server goes, or one comes; who is there joins it. */
    serve: (serves: boolean) => {
      isServing = serves;
      for (const end of up()) introduce(end);
      settle();
    },
    /** Links across go, and none can be made; 0 for all heals it. */
    part: (sideFor: (id: NodeId) => number) => {
      for (const id of ends.keys()) sides.set(id, sideFor(id));
      for (const link of [...links]) {
        const [a, b] = link.split(' ') as [NodeId, NodeId];
        if (sideOf(a) !== sideOf(b)) cut(a, b, 'the line is cut');
      }
      for (const end of up()) introduce(end);
      settle();
    },
    settle,
    /** Time goes by: timers fire in their order, bundles come, releases beat. */
    pass: (ms: number) => {
      for (let at = 0; at < ms; at += STEP_MS) {
        passQuietly(Math.min(STEP_MS, ms - at));
        live();
      }
    },
  };
}

/** Less than the silence after which a release counts as hung. */
const STEP_MS = 5_000;

export type FleetInMemory = ReturnType<typeof fleetInMemory>;
