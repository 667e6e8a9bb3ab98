import { rtcIceServer } from '../../core/wire/contact/ice-server.ts';
import type { CandidateProbe, GatheredCandidate } from '../../ports/candidate-probe.ts';
import type { Clock } from '../../ports/clock.ts';

/** Gathers candidates with a peer connection that has no peer. */
export function createCandidateProbe(deps: { readonly clock: Clock }): CandidateProbe {
  const available = typeof RTCPeerConnection === 'function';
  return {
    available,
    gather({ servers, relayOnly, timeoutMs }) {
      if (!available) return Promise.resolve([]);
      return new Promise((resolve) => {
        const gathered: GatheredCandidate[] = [];
        let connection: RTCPeerConnection | undefined;
        const end = () => {
          cancel();
          connection?.close();
          resolve(gathered);
        };
        const cancel = deps.clock.schedule(timeoutMs, end);
        try {
          connection = new RTCPeerConnection({
            iceServers: servers.map(rtcIceServer),
            iceTransportPolicy: relayOnly ? 'relay' : 'all',
          });
          connection.onicecandidate = ({ candidate }) => {
            if (candidate === null) return end();
            const read = readCandidate(candidate);
            if (read !== undefined) gathered.push(read);
          };
          connection.createDataChannel('probe');
          connection
            .createOffer()
            .then((offer) => connection?.setLocalDescription(offer))
            .catch(end);
        } catch {
          // A policy of the browser forbids it.
          end();
        }
      });
    },
  };
}

function readCandidate({ type, protocol, address, port }: RTCIceCandidate): GatheredCandidate | undefined {
  if (type !== 'host' && type !== 'srflx' && type !== 'relay') return undefined;
  if (protocol !== 'udp' && protocol !== 'tcp') return undefined;
  return { type, protocol, address: address ?? '', port: port ?? 0 };
}
