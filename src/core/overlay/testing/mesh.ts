import type { EntryId, NodeId } from '../../wire/encoding/ids.ts';
import { type ItemId, itemOfEntry } from '../../wire/link/item.ts';
import type { OverlayMessage, Topic } from '../../wire/link/overlay.ts';
import type { PushItem } from '../effect.ts';
import { createOverlay, type Overlay, type OverlayInput, type OverlayTimer } from '../overlay.ts';

/** A small mesh of overlays in virtual time: enough for tests of this folder, not a model of networks. */
export interface Mesh {
  readonly nodes: ReadonlyMap<NodeId, MeshNode>;
  /** Signaling servers introduce and carry signals. */
  serverUp: boolean;
  /** Sees each message before it is delivered. */
  watch: (from: NodeId, to: NodeId, message: OverlayMessage) => void;
  add(site?: string): NodeId;
  kill(node: NodeId): void;
  tell(node: NodeId, input: OverlayInput): void;
  runFor(durationMs: number): void;
  publish(node: NodeId, topic?: Topic): Broadcast;
  /** The largest set of nodes that reach each other, as a share of those alive. */
  connectedShare(): number;
  /** Links from the node to the one farthest from it. */
  depthFrom(node: NodeId): number;
  random(): number;
}

export interface MeshNode {
  readonly id: NodeId;
  readonly site: string | undefined;
  readonly overlay: Overlay;
  readonly held: Set<ItemId>;
  dials: number;
  alive: boolean;
}

/** What became of one item. */
export interface Broadcast {
  readonly item: ItemId;
  reached: number;
  pushes: number;
  lastHop: number;
  lastMs: number;
}

const LATENCY_MS = { least: 2, spread: 6 };
const LINK_SETUP_MS = 60;
const DIAL_TIMEOUT_MS = 10_000;

export function createMesh(seed: number): Mesh {
  const random = mulberry32(seed);
  const nodes = new Map<NodeId, MeshNode>();
  const broadcasts = new Map<ItemId, Broadcast & { readonly topic: Topic; readonly startMs: number }>();
  const timers = new Map<string, number>();
  const events = createEventHeap();
  let nowMs = 0;

  const later = (delayMs: number, run: () => void) => events.push(nowMs + delayMs, run);
  const latency = () => LATENCY_MS.least + random() * LATENCY_MS.spread;
  const linked = (a: MeshNode | undefined, b: NodeId) => a?.alive === true && a.overlay.neighbours.has(b);

  const linkUp = (from: NodeId, to: NodeId) => {
    const [a, b] = [nodes.get(from)!, nodes.get(to)!];
    if (!a.alive || !b.alive || linked(a, to) || !a.overlay.admits(to) || !b.overlay.admits(from))
      return tell(from, { type: 'dial-failed', peer: to });
    tell(to, { type: 'link-up', peer: from, dialled: false });
    tell(from, { type: 'link-up', peer: to, dialled: true });
  };

  const linkDown = (a: NodeId, b: NodeId, reason: string) => {
    if (linked(nodes.get(a), b)) tell(a, { type: 'link-down', peer: b, reason });
    later(latency(), () => {
      if (linked(nodes.get(b), a)) tell(b, { type: 'link-down', peer: a, reason });
    });
  };

  /** Dials that wait for an answer over the mesh. */
  const dialing = new Map<string, boolean>();
  const dial = (from: NodeId, to: NodeId) => {
    nodes.get(from)!.dials++;
    const key = `${from} ${to}`;
    if (mesh.serverUp && nodes.get(to)?.alive) return later(LINK_SETUP_MS, () => linkUp(from, to));
    dialing.set(key, true);
    later(DIAL_TIMEOUT_MS, () => {
      if (dialing.delete(key)) tell(from, { type: 'dial-failed', peer: to });
    });
    tell(from, { type: 'signal-offered', to, signal: Uint8Array.of(0, random() * 256), search: true });
  };
  const onSignal = (at: NodeId, from: NodeId, signal: Uint8Array) => {
    if (signal[0] === 0)
      return tell(at, {
        type: 'signal-offered',
        to: from,
        signal: Uint8Array.of(1, signal[1]!),
        search: true,
      });
    if (dialing.delete(`${at} ${from}`)) linkUp(at, from);
  };

  const onPush = (to: NodeId, from: NodeId, { item, hops, entrance }: PushItem) => {
    const node = nodes.get(to)!;
    const broadcast = broadcasts.get(item)!;
    broadcast.pushes++;
    const { topic } = broadcast;
    if (node.held.has(item)) return tell(to, { type: 'item-duplicate', item, topic, from, hops, entrance });
    node.held.add(item);
    broadcast.reached++;
    broadcast.lastHop = Math.max(broadcast.lastHop, hops);
    broadcast.lastMs = nowMs - broadcast.startMs;
    tell(to, {
      type: 'item-accepted',
      item,
      topic,
      priority: 'normal',
      source: { type: 'pushed', from, hops, entrance },
    });
  };

  const tell = (id: NodeId, input: OverlayInput) => {
    const node = nodes.get(id)!;
    if (!node.alive) return;
    for (const effect of node.overlay.handle(input, nowMs, random)) {
      switch (effect.type) {
        case 'send-message':
          mesh.watch(id, effect.to, effect.message);
          if (linked(node, effect.to))
            later(latency(), () => {
              if (linked(nodes.get(effect.to), id))
                tell(effect.to, { type: 'message-received', peer: id, message: effect.message });
            });
          break;
        case 'push-item':
          if (linked(node, effect.to))
            later(latency(), () => {
              if (linked(nodes.get(effect.to), id)) onPush(effect.to, id, effect);
            });
          break;
        case 'seek-peers':
          if (mesh.serverUp) later(latency(), () => introduce(id));
          break;
        case 'dial':
          dial(id, effect.peer);
          break;
        case 'hang-up':
          later(0, () => linkDown(id, effect.peer, effect.reason));
          break;
        case 'schedule-timer': {
          const atMs = nowMs + effect.delayMs;
          timers.set(`${id} ${effect.timer}`, atMs);
          later(effect.delayMs, () => fire(id, effect.timer, atMs));
          break;
        }
        case 'cancel-timer':
          timers.delete(`${id} ${effect.timer}`);
          break;
        case 'signal-arrived':
          onSignal(id, effect.from, effect.signal);
          break;
        case 'peer-misbehaved':
          throw new Error(`an honest node was accused: ${effect.reason}`);
      }
    }
  };
  const fire = (id: NodeId, timer: OverlayTimer, atMs: number) => {
    if (timers.get(`${id} ${timer}`) !== atMs) return;
    timers.delete(`${id} ${timer}`);
    tell(id, { type: 'timer-fired', timer });
  };

  const introduce = (id: NodeId) => {
    const members = alive().filter((node) => node.id !== id);
    const step = Math.max(1, members.length / 32);
    const present = Array.from(
      { length: Math.min(32, members.length) },
      (_, index) => members[members.length - 1 - Math.floor(index * step)]!.id,
    );
    for (const peer of present) tell(peer, { type: 'peer-seen', peer: id });
    tell(id, { type: 'peers-introduced', peers: present });
  };

  const alive = () => [...nodes.values()].filter((node) => node.alive);
  const walk = (start: NodeId) => {
    const depths = new Map([[start, 0]]);
    for (const [id, depth] of depths)
      for (const peer of nodes.get(id)!.overlay.neighbours)
        if (!depths.has(peer) && linked(nodes.get(peer), id)) depths.set(peer, depth + 1);
    return depths;
  };

  const mesh: Mesh = {
    nodes,
    serverUp: true,
    watch: () => {},
    random,
    tell,
    add: (site) => {
      const id = `n${String(nodes.size).padStart(5, '0')}` as NodeId;
      const held = new Set<ItemId>();
      const overlay = createOverlay({
        self: id,
        siteOf: (other) => nodes.get(other)?.site,
        isMember: () => true,
        holds: (item) => held.has(item),
        heldIn: (isAskedFor) =>
          Array.from(held, (item) => ({ item, topic: broadcasts.get(item)!.topic })).filter(({ topic }) =>
            isAskedFor(topic),
          ),
      });
      nodes.set(id, { id, site, overlay, held, dials: 0, alive: true });
      introduce(id);
      return id;
    },
    kill: (id) => {
      const node = nodes.get(id)!;
      node.alive = false;
      for (const peer of node.overlay.neighbours)
        later(1_000 + random() * 2_000, () => linkDown(peer, id, 'it went away'));
    },
    runFor: (durationMs) => {
      const endMs = nowMs + durationMs;
      for (let next = events.pop(endMs); next !== undefined; next = events.pop(endMs)) {
        nowMs = next.atMs;
        next.run();
      }
      nowMs = endMs;
    },
    publish: (id, topic = 'fleet') => {
      const item = itemOfEntry(`item${broadcasts.size}` as EntryId);
      const broadcast = { item, topic, reached: 1, pushes: 0, lastHop: 0, lastMs: 0, startMs: nowMs };
      broadcasts.set(item, broadcast);
      nodes.get(id)!.held.add(item);
      tell(id, { type: 'item-accepted', item, topic, priority: 'normal', source: { type: 'own' } });
      return broadcast;
    },
    connectedShare: () => {
      const all = alive();
      const seen = new Set<NodeId>();
      let largest = 0;
      for (const { id } of all) {
        if (seen.has(id)) continue;
        const reached = walk(id);
        for (const peer of reached.keys()) seen.add(peer);
        largest = Math.max(largest, reached.size);
      }
      return largest / all.length;
    },
    depthFrom: (id) => Math.max(...walk(id).values()),
  };
  return mesh;
}

function createEventHeap() {
  type Event = { readonly atMs: number; readonly order: number; readonly run: () => void };
  const heap: Event[] = [];
  let order = 0;
  const before = (a: Event, b: Event) => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
  return {
    push: (atMs: number, run: () => void) => {
      heap.push({ atMs, order: order++, run });
      for (let at = heap.length - 1; at > 0; ) {
        const parent = (at - 1) >> 1;
        if (!before(heap[at]!, heap[parent]!)) break;
        [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
        at = parent;
      }
    },
    pop: (endMs: number): Event | undefined => {
      const first = heap[0];
      if (first === undefined || first.atMs > endMs) return undefined;
      const last = heap.pop()!;
      if (heap.length > 0) heap[0] = last;
      for (let at = 0; ; ) {
        const [left, right] = [2 * at + 1, 2 * at + 2];
        let least = at;
        if (left < heap.length && before(heap[left]!, heap[least]!)) least = left;
        if (right < heap.length && before(heap[right]!, heap[least]!)) least = right;
        if (least === at) return first;
        [heap[at], heap[least]] = [heap[least]!, heap[at]!];
        at = least;
      }
    },
  };
}

/** Mulberry32: small, seeded, good enough for tests. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
