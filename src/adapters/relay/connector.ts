import { decodeRelaySignal, type RelaySignal } from '../../core/wire/contact/relay.ts';
import type { Clock, Randomness } from '../../ports/clock.ts';
import {
  type AttemptOptions,
  type Connection,
  type ConnectionAttempt,
  ConnectionFailed,
  type Connector,
} from '../../ports/connections.ts';
import { createOpening } from '../connecting/opening.ts';
import { createRelayedAttempt, type RelayedAttempt } from './relayed-attempt.ts';

/**
 * How long the initiator waits for WebRTC. A guess: links that open at all did so within 2 s, also over TURN; a longer wait
 * favours direct links on slow networks, a shorter one those that have only the relay.
 */
const DIRECT_PATIENCE_MS = 6_000;
/** At the responder, which must be there when the initiator's patience ends. */
const OFFER_TIMEOUT_MS = 20_000;

export interface RelayFallbackDeps {
  /** Tried first, always. */
  readonly direct: Connector;
  readonly subtle: SubtleCrypto;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly directPatienceMs?: number;
  readonly offerTimeoutMs?: number;
  readonly meetTimeoutMs?: number;
}

/** The last rung of the ladder: where `direct` comes to nothing, the two ends meet at a signaling server, sealed end to end. */
export function createRelayFallback(deps: RelayFallbackDeps): Connector {
  return { attempt: (options) => attemptWithFallback(deps, options) };
}

function attemptWithFallback(deps: RelayFallbackDeps, options: AttemptOptions): ConnectionAttempt {
  const { clock, directPatienceMs = DIRECT_PATIENCE_MS } = deps;
  const { initiator, relay: path, onSignal, openWithinMs } = options;
  const offerTimeoutMs = openWithinMs ?? deps.offerTimeoutMs ?? OFFER_TIMEOUT_MS;
  let direct: ConnectionAttempt | undefined;
  let relayed: RelayedAttempt | undefined;
  let cancel = () => {};
  const opening = createOpening((message) => {
    direct?.close();
    relayed?.close('closed', message);
  });
  const { fail, opened } = opening;
  const cancelTimer = () => cancel();
  opened.then(cancelTimer, cancelTimer);
  const failAs = (error: unknown) => {
    const { failure, message } = failureOf(error);
    fail(failure, message);
  };
  const succeed = (connection: Connection) => {
    if (!opening.succeed(connection)) connection.close('another way was quicker');
  };

  const goToRelay = (offer: Extract<RelaySignal, { type: 'relay-offer' }> | undefined) => {
    if (opening.settled() || relayed !== undefined || path === undefined) return;
    cancelTimer();
    relayed = createRelayedAttempt({
      ...deps,
      ...(openWithinMs !== undefined && { meetTimeoutMs: openWithinMs }),
      path,
      onSignal,
      offer,
    });
    direct?.close();
    relayed.opened.then(succeed, failAs);
  };
  const onDirectFailed = (error: unknown) => {
    if (relayed !== undefined) return;
    const failed = failureOf(error);
    // A signal that is malformed says that somebody tampers, and not that there is no way.
    if (path === undefined || failed.failure === 'bad-signal') return failAs(failed);
    if (initiator) goToRelay(undefined);
  };

  if (path !== undefined)
    cancel = initiator
      ? clock.schedule(directPatienceMs, () => goToRelay(undefined))
      : clock.schedule(offerTimeoutMs, () => fail('timed-out', `No connection within ${offerTimeoutMs} ms.`));
  try {
    direct = deps.direct.attempt(options);
    direct.opened.then(succeed, onDirectFailed);
  } catch (error) {
    // A browser without WebRTC, or one whose policy forbids it.
    onDirectFailed(error);
  }

  return {
    opened,
    signal(bytes) {
      if (opening.settled()) return;
      try {
        const signal = decodeRelaySignal(bytes);
        if (signal === undefined) return relayed === undefined ? direct?.signal(bytes) : undefined;
        if (relayed !== undefined) return relayed.receive(signal);
        if (initiator || signal.type !== 'relay-offer')
          throw new TypeError(`a ${signal.type} is out of place`);
        if (path === undefined) throw new TypeError('this node has no server that could relay');
        goToRelay(signal);
      } catch (error) {
        fail('bad-signal', `The other node's signal was refused: ${(error as Error).message}`);
      }
    },
    close: () => fail('closed', 'The attempt was given up.'),
  };
}

function failureOf(error: unknown): ConnectionFailed {
  if (error instanceof ConnectionFailed) return error;
  return new ConnectionFailed('failed', error instanceof Error ? error.message : String(error));
}
