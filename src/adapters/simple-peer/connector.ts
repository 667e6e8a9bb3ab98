import SimplePeer from '@thaunknown/simple-peer/lite.js';
import { rtcIceServer } from '../../core/wire/contact/ice-server.ts';
import { decodePeerSignal, encodePeerSignal, type PeerSignal } from '../../core/wire/contact/peer-signal.ts';
import { fingerprintOf } from '../../core/wire/link/sdp-fingerprint.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Connector } from '../../ports/connections.ts';
import { createOpening, limitOpening } from '../connecting/opening.ts';
import { CONTROL_CHANNEL_ID, createPeerConnection, type PeerConnection } from './connection.ts';

/** A guess: links that open at all did so within 2 s; the rest is for slow TURN servers. */
const OPEN_TIMEOUT_MS = 15_000;
/** Candidates of one end; a machine with many interfaces has about 20. A guess with room. */
const MAX_CANDIDATES = 64;

export interface SimplePeerConnectorDeps {
  readonly clock: Clock;
  readonly openTimeoutMs?: number;
}

/** WebRTC connections with a pre-negotiated control channel, candidates trickled as they are found. */
export function createSimplePeerConnector(deps: SimplePeerConnectorDeps): Connector {
  const { clock, openTimeoutMs = OPEN_TIMEOUT_MS } = deps;
  return {
    attempt({ initiator, onSignal, iceServers = [], openWithinMs = openTimeoutMs }) {
      const peer = new SimplePeer({
        initiator,
        trickle: true,
        config: { iceServers: iceServers.map(rtcIceServer) },
        channelConfig: { negotiated: true, id: CONTROL_CHANNEL_ID },
      });
      const connection: PeerConnection = createPeerConnection(peer, initiator, clock);
      let described = false;
      let candidates = 0;
      const opening = createOpening((message) => connection.close(message));
      const { fail, opened } = opening;
      limitOpening(
        opening,
        clock,
        openWithinMs,
        `No connection within ${openWithinMs} ms; the other node may be gone or unreachable.`,
      );

      peer.on('signal', (data) => {
        try {
          const bytes = encodePeerSignal(data);
          if (bytes !== undefined) onSignal(bytes);
        } catch (error) {
          fail('failed', (error as Error).message);
        }
      });
      connection.onClose((reason) => fail('failed', reason));
      const open = () => {
        // Frames can pass before the descriptions are settled on this side.
        const { _channel: channel, _pc: pc } = peer;
        if (opening.settled() || channel?.readyState !== 'open') return;
        if (pc === null || pc.localDescription === null || pc.remoteDescription === null) return;
        try {
          connection.identify();
        } catch (error) {
          return fail('bad-signal', (error as Error).message);
        }
        opening.succeed(connection);
      };
      // The library's own `connect` waits for statistics, 100 ms more where they do not name a pair yet.
      peer._channel?.addEventListener('open', open);
      peer._pc?.addEventListener('signalingstatechange', open);
      peer.on('connect', open);

      /** One description from the other end and no second: a later one could swap the fingerprint that was proven. */
      const admit = (signal: PeerSignal) => {
        if (signal.type === 'candidate') {
          candidates += 1;
          return candidates <= MAX_CANDIDATES;
        }
        if (described || signal.type !== (initiator ? 'answer' : 'offer'))
          throw new TypeError(`an ${signal.type} is out of place`);
        fingerprintOf(signal.sdp);
        described = true;
        return true;
      };

      return {
        opened,
        signal(bytes) {
          if (peer.destroyed || connection.closed()) return;
          try {
            const signal = decodePeerSignal(bytes);
            if (admit(signal)) peer.signal(signal);
          } catch (error) {
            fail('bad-signal', `The other node's signal was refused: ${(error as Error).message}`);
          }
        },
        close: () => fail('closed', 'The attempt was given up.'),
      };
    },
  };
}
