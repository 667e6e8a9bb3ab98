import { type IceServer, MAX_ICE_SERVERS } from '../../core/wire/contact/ice-server.ts';
import type { NodeId } from '../../core/wire/encoding/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RelayPath } from '../../ports/connections.ts';
import type { Identity } from '../../ports/keys.ts';
import type { RelayEvent, Signaling, SignalingRoom } from '../../ports/signaling.ts';

export interface RoomState {
  readonly url: string;
  readonly state: 'joined' | 'dialing' | 'lost';
  readonly detail: string;
}

/** The fleet's room on each signaling server, joined again with backoff whenever it is lost. */
export interface SignalingRooms {
  states(): readonly RoomState[];
  /** These servers from now on; rooms on others are left. */
  use(urls: readonly string[]): void;
  /** Through a joined room where that node was seen, else through any; false when none is joined. */
  send(to: NodeId, signal: Uint8Array): boolean;
  /** Joins one of the joined rooms anew, to hear once more who is there. */
  seek(): void;
  /** What the servers of all joined rooms lend, each address once, at most MAX_ICE_SERVERS. */
  iceServers(): readonly IceServer[];
  /** For an attempt at this node. */
  relayTo(peer: NodeId): RelayPath;
  close(): void;
}

/** A guess: the pause before joining again doubles from the least to the most, with jitter, so that a restarted server is not stormed. */
const REJOIN_MS = { least: 500, most: 15_000 };

/** Nodes of one room whose place is remembered; the ones heard of longest ago go first. A lying server invents members. */
const MAX_SEEN = 1_024;

export function createSignalingRooms(deps: {
  readonly urls: readonly string[];
  readonly room: Uint8Array;
  readonly identity: Identity;
  readonly signaling: Signaling;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onPresent: (peers: readonly NodeId[]) => void;
  readonly onSeen: (peer: NodeId) => void;
  readonly onSignal: (from: NodeId, signal: Uint8Array) => void;
  readonly onChange: () => void;
}): SignalingRooms {
  let rooms = deps.urls.map((url) => superviseRoom(url));

  function superviseRoom(url: string) {
    let room: SignalingRoom | undefined;
    let state: RoomState = { url, state: 'dialing', detail: '' };
    let pauseMs = REJOIN_MS.least;
    let cancel = () => {};
    let closed = false;
    let ice: readonly IceServer[] = [];
    const seen = new Set<NodeId>();
    const note = (peer: NodeId) => {
      seen.delete(peer);
      seen.add(peer);
      if (seen.size > MAX_SEEN) for (const oldest of seen) return void seen.delete(oldest);
    };
    const enter = (next: RoomState['state'], detail: string) => {
      state = { url, state: next, detail };
      deps.onChange();
    };
    const join = () => {
      room = deps.signaling.join(url, deps.room, deps.identity, (event) => {
        if (closed) return;
        switch (event.type) {
          case 'signaling-joined':
            pauseMs = REJOIN_MS.least;
            ice = event.ice.servers;
            for (const peer of event.present) note(peer);
            enter('joined', '');
            return deps.onPresent(event.present);
          case 'ice-granted':
            ice = event.ice.servers;
            return;
          case 'peer-present':
            note(event.peer);
            return deps.onSeen(event.peer);
          case 'signal-received':
            note(event.from);
            return deps.onSignal(event.from, event.signal);
          case 'signaling-lost':
            room = undefined;
            seen.clear();
            enter('lost', event.reason);
            cancel = deps.clock.schedule(pauseMs * (0.5 + deps.random()), join);
            pauseMs = Math.min(pauseMs * 2, REJOIN_MS.most);
        }
      });
    };
    // The first join waits a turn, so that the caller has what it needs to take events.
    cancel = deps.clock.schedule(0, join);
    return {
      state: () => state,
      /** Kept while the room is lost: TURN may go on without it, until its credentials end. */
      iceServers: () => ice,
      sees: (peer: NodeId) => seen.has(peer),
      rejoin: () => {
        if (room === undefined || state.state !== 'joined') return false;
        room.close();
        join();
        return true;
      },
      send: (to: NodeId, signal: Uint8Array) => {
        if (room === undefined || state.state !== 'joined') return false;
        room.send(to, signal);
        return true;
      },
      openRelay: (rendezvous: Uint8Array, onEvent: (event: RelayEvent) => void) =>
        state.state === 'joined' ? room?.openRelay(rendezvous, onEvent) : undefined,
      url,
      close: () => {
        closed = true;
        cancel();
        room?.close();
      },
    };
  }

  const inOrderFor = (peer: NodeId) => [
    ...rooms.filter((room) => room.sees(peer)),
    ...rooms.filter((room) => !room.sees(peer)),
  ];

  return {
    use: (urls) => {
      const before = rooms;
      for (const room of before) if (!urls.includes(room.url)) room.close();
      rooms = urls.map((url) => before.find((room) => room.url === url) ?? superviseRoom(url));
      deps.onChange();
    },
    states: () => rooms.map((room) => room.state()),
    send: (to, signal) => inOrderFor(to).some((room) => room.send(to, signal)),
    seek: () => {
      const from = Math.floor(deps.random() * rooms.length);
      for (let index = 0; index < rooms.length; index++)
        if (rooms[(from + index) % rooms.length]!.rejoin()) return;
    },
    iceServers: () => {
      const byUrl = new Map(rooms.flatMap((room) => room.iceServers()).map((server) => [server.url, server]));
      return [...byUrl.values()].slice(0, MAX_ICE_SERVERS);
    },
    relayTo: (peer) => ({
      open(rendezvous, server, onEvent) {
        const ordered = [...rooms.filter(({ state }) => state().url === server), ...inOrderFor(peer)];
        for (const room of ordered) {
          const socket = room.openRelay(rendezvous, onEvent);
          if (socket !== undefined) return { server: room.state().url, socket };
        }
        return undefined;
      },
    }),
    close: () => {
      for (const room of rooms) room.close();
    },
  };
}
