import { type IceServer as NativeIceServer, PeerConnection, setSctpSettings } from 'node-datachannel';
import type { IceServer } from '../../core/wire/contact/ice-server.ts';
import { decodePeerSignal, encodePeerSignal, type PeerSignal } from '../../core/wire/contact/peer-signal.ts';
import { MAX_FRAME_BYTES } from '../../core/wire/encoding/limits.ts';
import { fingerprintOf } from '../../core/wire/link/sdp-fingerprint.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Connector } from '../../ports/connections.ts';
import { createOpening, limitOpening } from '../connecting/opening.ts';
import { createNativeConnection } from './connection.ts';

/** As in the browser's connector: links that open at all did so within 2 s; the rest is for slow TURN servers. A guess. */
const OPEN_TIMEOUT_MS = 15_000;
/** Candidates of one end; a machine with many interfaces has about 20. A guess with room. */
const MAX_CANDIDATES = 64;
/** What the one section of a data connection is called by browsers and by libdatachannel alike. */
const SECTION = '0';

export interface NativeConnectorDeps {
  readonly clock: Clock;
  readonly openTimeoutMs?: number;
  /** Where given, no other address of this machine is offered: many nodes on one machine have no use for the others. */
  readonly bindAddress?: string;
}

/** RFC 9260, 6.2 (Chromium's too): what goes the other way meanwhile takes the acknowledgement along. The library's 20 ms spends a packet of its own on each frame. */
setSctpSettings({ delayedSackTime: 200 });

/** The browser connector's other half in Node: the same signals, the same channels, over libdatachannel. */
export function createNativeConnector(deps: NativeConnectorDeps): Connector {
  const { clock, openTimeoutMs = OPEN_TIMEOUT_MS, bindAddress } = deps;
  return {
    attempt({ initiator, onSignal, iceServers = [], openWithinMs = openTimeoutMs }) {
      const peer = new PeerConnection('fieldfare', {
        iceServers: iceServers.map(nativeIceServer),
        // The answering end makes the control channel too, and must not offer for it.
        disableAutoNegotiation: true,
        maxMessageSize: MAX_FRAME_BYTES,
        ...(bindAddress === undefined ? {} : { bindAddress }),
      });
      let described = false;
      let candidates = 0;
      /** The other end's candidates may overtake its description; libdatachannel refuses them until then. */
      const early: string[] = [];
      /**
       * An offering end's own candidates wait for the answer. libdatachannel starts DTLS as soon as ICE is done, and checks of an end that
       * has our candidates already finish ICE within the call that takes its answer, before its fingerprint is noted: on one
       * machine every fifth handshake then failed on an unknown certificate.
       */
      const held: string[] = [];
      const connection = createNativeConnection(peer, initiator, clock);
      const opening = createOpening((message) => connection.close(message));
      const { fail, opened } = opening;
      limitOpening(
        opening,
        clock,
        openWithinMs,
        `No connection within ${openWithinMs} ms; the other node may be gone or unreachable.`,
      );
      const tell = (signal: unknown) => {
        if (opening.settled()) return;
        try {
          const bytes = encodePeerSignal(signal);
          if (bytes !== undefined) onSignal(bytes);
        } catch (error) {
          fail('failed', (error as Error).message);
        }
      };

      peer.onLocalDescription((sdp, type) => tell({ type, sdp }));
      const tellCandidate = (candidate: string) =>
        tell({
          type: 'candidate',
          candidate: { candidate: candidate.replace(/^a=/, ''), sdpMid: SECTION, sdpMLineIndex: 0 },
        });
      peer.onLocalCandidate((candidate) => {
        if (initiator && !described) held.push(candidate);
        else tellCandidate(candidate);
      });
      connection.onClose((reason) => fail('failed', reason));
      connection.onOpen(() => {
        if (opening.settled()) return;
        try {
          connection.identify();
        } catch (error) {
          return fail('bad-signal', (error as Error).message);
        }
        opening.succeed(connection);
      });

      /** One description from the other end and no second: a later one could swap the fingerprint that was proven. */
      const take = (signal: PeerSignal) => {
        if (signal.type === 'candidate') {
          candidates += 1;
          const { candidate } = signal.candidate;
          // An empty one says that no more will come (RFC 8838, 13); this end needs no word of it.
          if (candidates > MAX_CANDIDATES || candidate === '') return;
          if (described) peer.addRemoteCandidate(candidate, SECTION);
          else early.push(candidate);
          return;
        }
        if (described || signal.type !== (initiator ? 'answer' : 'offer'))
          throw new TypeError(`an ${signal.type} is out of place`);
        fingerprintOf(signal.sdp);
        described = true;
        peer.setRemoteDescription(initiator ? signal.sdp : askedToAnswerPassively(signal.sdp), signal.type);
        if (!initiator) peer.setLocalDescription('answer');
        for (const candidate of held.splice(0)) tellCandidate(candidate);
        for (const candidate of early.splice(0)) peer.addRemoteCandidate(candidate, SECTION);
      };
      if (initiator) peer.setLocalDescription('offer');

      return {
        opened,
        signal(bytes) {
          if (connection.closed()) return;
          try {
            take(decodePeerSignal(bytes));
          } catch (error) {
            fail('bad-signal', `The other node's signal was refused: ${(error as Error).message}`);
          }
        },
        close: () => fail('closed', 'The attempt was given up.'),
      };
    },
  };
}

/**
 * The answering end of ICE is ready first and would begin DTLS by itself (RFC 8842, 5.3); libdatachannel drops a ClientHello that comes
 * before its own ICE is done, and the next one comes a second later. Measured: 90 of 200 connections waited for it, 1 of 200 when the
 * offering end begins.
 */
function askedToAnswerPassively(offer: string): string {
  return offer.replace(/^a=setup:actpass/m, 'a=setup:active');
}

/** Our addresses are `stun:host:port`, `turn:host:port?transport=udp|tcp` or `turns:`, checked where they came in. */
function nativeIceServer(server: IceServer): string | NativeIceServer {
  if (server.type === 'stun') return server.url;
  const { groups } =
    /^(?<scheme>turns?):(?<host>\[[^\]]+\]|[^:?]+)(?::(?<port>\d+))?(?:\?transport=(?<over>udp|tcp))?$/.exec(
      server.url,
    ) ?? {};
  if (groups === undefined) throw new TypeError(`a TURN address that cannot be read: ${server.url}`);
  const { scheme, host, port, over } = groups;
  const secure = scheme === 'turns';
  return {
    hostname: host!,
    port: Number(port ?? (secure ? 5349 : 3478)),
    username: server.username,
    password: server.credential,
    relayType: secure ? 'TurnTls' : over === 'tcp' ? 'TurnTcp' : 'TurnUdp',
  };
}
