import type { NodeId } from '../core/wire/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Identity } from '../ports/keys.ts';
import type { Signaling, SignalingRoom } from '../ports/signaling.ts';

export interface RoomState {
  readonly url: string;
  readonly state: 'joined' | 'dialing' | 'lost';
  readonly detail: string;
}

/** The fleet's room on each signaling server, joined again with backoff whenever it is lost. */
export interface SignalingRooms {
  states(): readonly RoomState[];
  /** Through any joined room; false when there is none. */
  send(to: NodeId, signal: Uint8Array): boolean;
  close(): void;
}

/** A guess: the pause before joining again doubles from the least to the most, with jitter, so that a restarted server is not stormed. */
const REJOIN_MS = { least: 500, most: 15_000 };

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
  const rooms = deps.urls.map((url) => superviseRoom(url));
  let closed = false;

  function superviseRoom(url: string) {
    let room: SignalingRoom | undefined;
    let state: RoomState = { url, state: 'dialing', detail: '' };
    let pauseMs = REJOIN_MS.least;
    let cancel = () => {};
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
            enter('joined', '');
            return deps.onPresent(event.present);
          case 'peer-present':
            return deps.onSeen(event.peer);
          case 'signal-received':
            return deps.onSignal(event.from, event.signal);
          case 'signaling-lost':
            room = undefined;
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
      send: (to: NodeId, signal: Uint8Array) => {
        if (room === undefined || state.state !== 'joined') return false;
        room.send(to, signal);
        return true;
      },
      close: () => {
        cancel();
        room?.close();
      },
    };
  }

  return {
    states: () => rooms.map((room) => room.state()),
    send: (to, signal) => rooms.some((room) => room.send(to, signal)),
    close: () => {
      closed = true;
      for (const room of rooms) room.close();
    },
  };
}
