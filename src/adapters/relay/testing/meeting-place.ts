import { webcrypto } from 'node:crypto';
import { decodeCbor } from '../../../core/wire/encoding/cbor.ts';
import { MAX_SIGNAL_BYTES } from '../../../core/wire/encoding/limits.ts';
import type { Connector, RelayPath } from '../../../ports/connections.ts';
import type { RelayEvent, RelaySocket } from '../../../ports/signaling.ts';
import { createTimerClock } from '../../loopback/clock.ts';
import { createRelayFallback, type RelayFallbackDeps } from '../connector.ts';

export const subtle = webcrypto.subtle as SubtleCrypto;
export const clock = createTimerClock();
export const randomness = { bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)) };

/** Pairs of sockets by rendezvous; `tamper` is what a server in between does to what the first end sends. */
export function createMeetingPlace(
  tamper: (bytes: Uint8Array) => readonly Uint8Array[] = (bytes) => [bytes],
): RelayPath {
  const places = new Map<string, { tell: (event: RelayEvent) => void; first: boolean }[]>();
  return {
    open(rendezvous, _server, onEvent) {
      const ends = places.get(rendezvous.join()) ?? [];
      const own = {
        first: ends.length === 0,
        tell: (event: RelayEvent) => void clock.schedule(0, () => open && onEvent(event)),
      };
      let open = true;
      places.set(rendezvous.join(), [...ends, own]);
      const other = () => places.get(rendezvous.join())?.find((end) => end !== own);
      if (ends.length === 1) for (const end of [ends[0]!, own]) end.tell({ type: 'relay-opened' });
      const socket: RelaySocket = {
        send(bytes) {
          for (const passed of own.first ? tamper(bytes.slice()) : [bytes.slice()])
            other()?.tell({ type: 'relay-received', bytes: passed });
        },
        bufferedBytes: () => 0,
        close() {
          open = false;
          other()?.tell({ type: 'relay-closed', reason: 'the other end left' });
        },
      };
      return { server: 'wss://relay.test', socket };
    },
  };
}

/** As where no UDP passes and no TURN server is: nothing ever opens. */
const unreachable: Connector = {
  attempt: () => ({
    opened: new Promise(() => undefined),
    signal(bytes) {
      decodeCbor(bytes, { maxBytes: MAX_SIGNAL_BYTES });
    },
    close: () => undefined,
  }),
};

export function fallback(
  deps: Partial<RelayFallbackDeps> = {},
  path: RelayPath | undefined = createMeetingPlace(),
): Connector {
  const connector = createRelayFallback({
    direct: unreachable,
    subtle,
    clock,
    randomness,
    directPatienceMs: 0,
    ...deps,
  });
  return { attempt: (options) => connector.attempt({ ...options, ...(path && { relay: path }) }) };
}
