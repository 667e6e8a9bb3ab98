import { NO_ICE_GRANT } from '../../core/wire/contact/ice-server.ts';
import type { NodeId } from '../../core/wire/encoding/ids.ts';
import { toBase64Url } from '../../core/wire/encoding/ids.ts';
import { MAX_ROOM_SAMPLE } from '../../core/wire/encoding/limits.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  PairingEvent,
  PairingSide,
  RelayEvent,
  RelaySocket,
  Signaling,
  SignalingEvent,
} from '../../ports/signaling.ts';

/** Signaling servers in memory, for tests and simulation; a URL is reachable unless said otherwise. */
export interface LoopbackSignaling extends Signaling {
  /** Going unreachable loses every room and rendezvous of that server. */
  setReachable(url: string, reachable: boolean): void;
}

interface Seat<Event> {
  readonly tell: (event: Event) => void;
  readonly lose: (reason: string) => void;
}

export function createLoopbackSignaling(options: {
  readonly clock: Clock;
  readonly latencyMs?: number;
}): LoopbackSignaling {
  const { clock, latencyMs = 0 } = options;
  const later = (run: () => void) => void clock.schedule(latencyMs, run);
  const unreachable = new Set<string>();
  const rooms = new Map<string, Map<NodeId, Seat<SignalingEvent>>>();
  const rendezvous = new Map<string, Map<PairingSide, Seat<PairingEvent>>>();
  const placeOf = <K, Event>(places: Map<string, Map<K, Seat<Event>>>, name: string) => {
    const place = places.get(name) ?? new Map<K, Seat<Event>>();
    places.set(name, place);
    return place;
  };
  const nameOf = (url: string, id: Uint8Array) => `${url} ${toBase64Url(id)}`;

  interface RelayEnd {
    readonly url: string;
    other: RelayEnd | undefined;
    tell(event: RelayEvent): void;
    end(reason: string): void;
  }
  const relays = new Map<string, RelayEnd>();
  const relayEnds = new Set<RelayEnd>();

  const openRelay = (roomName: string, name: string, onEvent: (event: RelayEvent) => void): RelaySocket => {
    let open = true;
    const place = `${roomName} ${name}`;
    const stop = () => {
      open = false;
      relayEnds.delete(own);
      if (relays.get(place) === own) relays.delete(place);
      later(() => own.other?.end('the other end left'));
    };
    const own: RelayEnd = {
      url: name.split(' ', 1)[0]!,
      other: undefined,
      tell: (event) => later(() => open && onEvent(event)),
      end(reason) {
        if (!open) return;
        stop();
        onEvent({ type: 'relay-closed', reason });
      },
    };
    relayEnds.add(own);
    later(() => {
      if (!open) return;
      if (unreachable.has(own.url)) return own.end('the server is not reachable');
      const waiting = relays.get(place);
      if (waiting?.other !== undefined) return own.end('two have met there already');
      if (waiting === undefined) return void relays.set(place, own);
      waiting.other = own;
      own.other = waiting;
      for (const end of [waiting, own]) end.tell({ type: 'relay-opened' });
    });
    return {
      send(bytes) {
        const copy = bytes.slice();
        if (open) own.other?.tell({ type: 'relay-received', bytes: copy });
      },
      bufferedBytes: () => 0,
      close() {
        if (open) stop();
      },
    };
  };

  return {
    join(url, room, self, onEvent) {
      let open = true;
      const place = placeOf(rooms, nameOf(url, room));
      const seat: Seat<SignalingEvent> = {
        tell: (event) => later(() => open && onEvent(event)),
        lose(reason) {
          if (place.get(self.id) === seat) place.delete(self.id);
          later(() => {
            if (!open) return;
            open = false;
            onEvent({ type: 'signaling-lost', reason });
          });
        },
      };
      later(() => {
        if (!open) return;
        if (unreachable.has(url)) return seat.lose('the server is not reachable');
        place.get(self.id)?.lose('the same key joined again');
        const present = [...place.keys()].slice(-MAX_ROOM_SAMPLE);
        place.set(self.id, seat);
        seat.tell({ type: 'signaling-joined', present, ice: NO_ICE_GRANT });
        for (const peer of present) place.get(peer)?.tell({ type: 'peer-present', peer: self.id });
      });
      return {
        send(to, signal) {
          const copy = signal.slice();
          if (open && place.get(self.id) === seat)
            place.get(to)?.tell({ type: 'signal-received', from: self.id, signal: copy });
        },
        openRelay: (id, onRelay) => openRelay(nameOf(url, room), nameOf(url, id), onRelay),
        close() {
          open = false;
          if (place.get(self.id) === seat) place.delete(self.id);
        },
      };
    },

    pair(url, id, side, onEvent) {
      let open = true;
      const place = placeOf(rendezvous, nameOf(url, id));
      const otherSide = side === 'offer' ? 'answer' : 'offer';
      const end = (cause: 'taken' | 'left' | 'lost', reason: string) => {
        if (place.get(side) === seat) place.delete(side);
        later(() => {
          if (!open) return;
          open = false;
          onEvent({ type: 'pairing-closed', cause, reason });
        });
      };
      const seat: Seat<PairingEvent> = {
        tell: (event) => later(() => open && onEvent(event)),
        lose: (reason) => end(unreachable.has(url) ? 'lost' : 'left', reason),
      };
      later(() => {
        if (!open) return;
        if (unreachable.has(url)) return end('lost', 'the server is not reachable');
        if (place.has(side)) return end('taken', 'this side of the rendezvous is taken');
        place.set(side, seat);
        const other = place.get(otherSide);
        if (other === undefined) return;
        seat.tell({ type: 'pairing-open' });
        other.tell({ type: 'pairing-open' });
      });
      return {
        send(message) {
          const copy = message.slice();
          if (open && place.get(side) === seat)
            place.get(otherSide)?.tell({ type: 'pairing-message', message: copy });
        },
        close() {
          if (!open) return;
          open = false;
          if (place.get(side) !== seat) return;
          place.delete(side);
          place.get(otherSide)?.lose('the other side left');
        },
      };
    },

    setReachable(url, reachable) {
      if (reachable) return void unreachable.delete(url);
      unreachable.add(url);
      for (const places of [rooms, rendezvous])
        for (const [name, place] of places)
          if (name.startsWith(`${url} `))
            for (const seat of [...place.values()]) seat.lose('the server went away');
      for (const end of [...relayEnds]) if (end.url === url) end.end('the server went away');
    },
  };
}
