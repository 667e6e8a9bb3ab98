import { createTimerClock } from '../../src/adapters/loopback/clock.ts';
import { createMemoryRecordStore } from '../../src/adapters/memory/record-store.ts';
import { createNobleKeys } from '../../src/adapters/noble/keys.ts';
import { createSpake2Exchange } from '../../src/adapters/noble/spake2.ts';
import { createSimplePeerConnector } from '../../src/adapters/simple-peer/connector.ts';
import { hasStrictEd25519 } from '../../src/adapters/webcrypto/detect.ts';
import { createWebCryptoKeys } from '../../src/adapters/webcrypto/keys.ts';
import { createWebSocketSignaling } from '../../src/adapters/websocket/signaling.ts';
import {
  type FleetId,
  fromBase64Url,
  idFromBytes,
  type NodeId,
  toBase64Url,
} from '../../src/core/wire/encoding/ids.ts';
import type { SubjectCase } from '../../src/ports/acceptance/case.ts';
import { connectorAcceptance } from '../../src/ports/acceptance/connector.ts';
import { keysAcceptance } from '../../src/ports/acceptance/keys.ts';
import type { Connection, ConnectionAttempt } from '../../src/ports/connections.ts';
import { answerPairing, offerPairing } from '../../src/runtime/joining/pairing.ts';
import { authenticateConnection } from '../../src/runtime/links/authenticate.ts';
import { vectors } from '../../vectors/ed25519.json' with { type: 'json' };

/** A page that composes the link adapters for e2e/links.e2e.ts, which drives it through `window.links`. */
const clock = createTimerClock();
const randomness = { bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)) };
const { subtle } = crypto;
const keys = createWebCryptoKeys({ subtle, records: createMemoryRecordStore() });
const connector = createSimplePeerConnector({ clock });
const signaling = createWebSocketSignaling({ clock });
const exchange = createSpake2Exchange({ subtle, randomness });
const fleet = idFromBytes<FleetId>(new Uint8Array(32).fill(1));
const identityOf = (seed: number) => keys.fromSeed(new Uint8Array(32).fill(seed));

interface CaseResult {
  readonly name: string;
  /** Empty when it held. */
  readonly error: string;
}

/** So that a case that hangs is named. */
const overdue = () =>
  new Promise<string>((resolve) => setTimeout(() => resolve('did not end in 10 s'), 10_000));

async function runCases<Subject>(
  cases: readonly SubjectCase<Subject>[],
  subject: () => Subject,
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (const { name, run } of cases)
    results.push({ name, error: await Promise.race([run(subject()).then(() => '', String), overdue()]) });
  return results;
}

const unhandled: string[] = [];
window.addEventListener('error', (event) => unhandled.push(event.message));
window.addEventListener('unhandledrejection', (event) => unhandled.push(String(event.reason)));

let manual: ConnectionAttempt | undefined;
let manualConnection: Connection | undefined;

const links = {
  unhandled: () => unhandled,
  strict: () => hasStrictEd25519(subtle),
  webCryptoKeys: () =>
    runCases(keysAcceptance(vectors), () => {
      const records = createMemoryRecordStore();
      const reopen = () => createWebCryptoKeys({ subtle, records });
      return { keys: reopen(), reopen };
    }),
  nobleKeys: () =>
    runCases(keysAcceptance(vectors), () => {
      const records = createMemoryRecordStore();
      const reopen = () => createNobleKeys({ records, randomness });
      return { keys: reopen(), reopen };
    }),
  connections: () =>
    runCases(connectorAcceptance, () => ({
      connector,
      impatient: createSimplePeerConnector({ clock, openTimeoutMs: 500 }),
    })),

  /** Joins, links with the first other node, and says what came of it. The newcomer calls. */
  async link(url: string, seed: number) {
    const self = await identityOf(seed);
    const room = new Uint8Array(16).fill(7);
    return new Promise<{
      peer: NodeId;
      rung: string;
      introducedToOpenMs: number;
      introducedToAuthenticatedMs: number;
    }>((resolve, reject) => {
      let attempt: ConnectionAttempt | undefined;
      const begin = (initiator: boolean, peer: NodeId) => {
        const introducedMs = performance.now();
        const started = connector.attempt({ initiator, onSignal: (signal) => joined.send(peer, signal) });
        started.opened
          .then(async (connection) => {
            const openMs = performance.now();
            await authenticateConnection(connection, {
              identity: self,
              keys,
              fleet,
              expectedPeer: peer,
              randomness,
              clock,
            });
            const authenticatedMs = performance.now();
            const { rung } = await connection.stats();
            resolve({
              peer,
              rung,
              introducedToOpenMs: openMs - introducedMs,
              introducedToAuthenticatedMs: authenticatedMs - introducedMs,
            });
          })
          .catch(reject);
        return started;
      };
      const joined = signaling.join(url, room, self, (event) => {
        if (event.type === 'signaling-joined' && event.present[0] !== undefined)
          attempt = begin(true, event.present[0]);
        if (event.type === 'signal-received') {
          attempt ??= begin(false, event.from);
          attempt.signal(event.signal);
        }
        if (event.type === 'signaling-lost') reject(new Error(event.reason));
      });
    });
  },

  /** An attempt whose signals the test carries: it plays the lying server. */
  start(initiator: boolean) {
    manual = connector.attempt({
      initiator,
      onSignal: (bytes) => void window.onLinkSignal(toBase64Url(bytes)),
    });
    manual.opened.then(
      (connection) => {
        manualConnection = connection;
      },
      () => undefined,
    );
  },
  signal: (text: string) => manual?.signal(fromBase64Url(text) ?? new Uint8Array()),
  async outcome(seed: number, expectedSeed: number): Promise<string> {
    try {
      const connection = await manual!.opened;
      const expectedPeer = (await identityOf(expectedSeed)).id;
      const identity = await identityOf(seed);
      await authenticateConnection(connection, { identity, keys, fleet, expectedPeer, randomness, clock });
      return 'authenticated';
    } catch (error) {
      return (error as { failure?: string }).failure ?? String(error);
    }
  },
  /** The man in the middle: frames of this connection go to the test, and come from it. */
  async relay() {
    const connection = await manual!.opened;
    connection.onFrame((frame) => void window.onLinkFrame(toBase64Url(frame)));
  },
  frame: (text: string) => manualConnection?.send(fromBase64Url(text) ?? new Uint8Array()),

  offerPairing: async (url: string, code: string, seed: number) =>
    offerPairing({
      signaling,
      exchange,
      keys,
      clock,
      url,
      code,
      self: (await identityOf(seed)).id,
      page: 'kiosk',
    }).done,
  answerPairing: (url: string, code: string, link: string) =>
    answerPairing({ signaling, exchange, keys, clock, url, code, admit: async () => link }).done,
  idOf: async (seed: number) => (await identityOf(seed)).id,
};

declare global {
  interface Window {
    links: typeof links;
    onLinkSignal(text: string): Promise<void>;
    onLinkFrame(text: string): Promise<void>;
  }
}

window.links = links;
