import {
  decodeHandCarried,
  encodeHandCarried,
  HAND_ATTEMPT_BYTES,
} from '../../core/wire/contact/hand-carried.ts';
import { decodePeerSignal } from '../../core/wire/contact/peer-signal.ts';
import { compareBytes } from '../../core/wire/encoding/cbor.ts';
import type { FleetId, NodeId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import type { Clock, Randomness } from '../../ports/clock.ts';
import {
  type Connection,
  type ConnectionAttempt,
  ConnectionFailed,
  type Connector,
} from '../../ports/connections.ts';
import type { Identity, Keys } from '../../ports/keys.ts';
import { AuthenticationFailed, authenticateConnection } from './authenticate.ts';

/** Links whose signals two people carry, where no server and no common neighbour does (docs/protocol.md, S16). */
export interface HandCarried {
  /** Resolves once this end has gathered what the other one needs. */
  offer(): Promise<HandOffer>;
  /** Rejects with WireError and a sentence for the person when the text is no offer of this fleet. */
  answer(offer: string): Promise<HandAnswer>;
  /** Gives up what is under way. Idempotent. */
  close(): void;
}

export interface HandOffer {
  readonly text: string;
  /** Takes the other end's answer; resolves with the node that this one is now linked to. Rejects as `answer` does. */
  accept(answer: string): Promise<NodeId>;
}

export interface HandAnswer {
  readonly text: string;
  /** Resolves when the other end has taken the answer. */
  readonly linked: Promise<NodeId>;
}

/** A guess: two people, one camera. Short enough that a forgotten attempt goes away. */
const CARRYING_MS = 10 * 60_000;
/** A guess: candidates of a local network come within a few milliseconds of each other, and there is no word for the last. */
const QUIET_MS = 400;
/** A guess: a STUN server that does not answer must not hold the text back. */
const GATHERING_MS = 3_000;

export function createHandCarried(deps: {
  readonly fleet: FleetId;
  readonly identity: Identity;
  readonly keys: Keys;
  readonly connector: Connector;
  readonly clock: Clock;
  readonly randomness: Randomness;
  /** Makes the proven connection a link; false when this node does not want it. */
  readonly adopt: (peer: NodeId, connection: Connection, features: readonly string[]) => boolean;
}): HandCarried {
  const { fleet, clock } = deps;
  const underway = new Set<ConnectionAttempt>();

  const begin = (initiator: boolean) => {
    const signals: Uint8Array[] = [];
    let gathered: () => void = () => undefined;
    const whole = new Promise<void>((resolve) => {
      gathered = resolve;
    });
    let cancelQuiet = () => {};
    const cancelGathering = clock.schedule(GATHERING_MS, () => gathered());
    const attempt = deps.connector.attempt({
      initiator,
      openWithinMs: CARRYING_MS,
      onSignal: (signal) => {
        signals.push(signal);
        cancelQuiet();
        cancelQuiet = clock.schedule(QUIET_MS, () => {
          cancelGathering();
          gathered();
        });
      },
    });
    underway.add(attempt);
    const forget = () => underway.delete(attempt);
    attempt.opened.then(forget, forget);
    return {
      attempt,
      signals: () => Promise.race([whole, attempt.opened.then(() => undefined)]).then(() => signals),
    };
  };

  const proven = async (attempt: ConnectionAttempt) => {
    const connection = await attempt.opened;
    return { connection, ...(await authenticateConnection(connection, deps)) };
  };

  const linked = async (attempt: ConnectionAttempt): Promise<NodeId> => {
    const { connection, peer, features } = await proven(attempt).catch((error: unknown) => {
      if (error instanceof ConnectionFailed)
        throw new WireError(
          `No connection came about (${error.failure}). Without a server both browsers must be on one network; start again with a new text.`,
        );
      if (error instanceof AuthenticationFailed)
        throw new WireError(`The other end was turned away. ${error.message}`);
      throw error;
    });
    if (!deps.adopt(peer, connection, features)) {
      connection.close('not wanted');
      throw new WireError(
        'This node does not link with that one: it is banned here, or there are too many links.',
      );
    }
    return peer;
  };

  const read = (text: string, end: 'offer' | 'answer') => {
    const carried = decodeHandCarried(text);
    if (carried.fleet !== fleet)
      throw new WireError('This text comes from another fleet. Both browsers must belong to the same one.');
    if (carried.end !== end)
      throw new WireError(
        end === 'offer'
          ? 'This text is an answer. Paste it in the browser that made the first text.'
          : 'This text is an offer. The answer is what the other browser shows after it was given yours.',
      );
    return carried;
  };

  return {
    offer: async () => {
      const name = deps.randomness.bytes(HAND_ATTEMPT_BYTES);
      const { attempt, signals } = begin(true);
      const text = encodeHandCarried({ fleet, attempt: name, end: 'offer', signals: await signals() });
      return {
        text,
        accept: async (answer) => {
          const carried = read(answer, 'answer');
          if (compareBytes(carried.attempt, name) !== 0)
            throw new WireError('This answer belongs to another text than the one that is shown here.');
          for (const signal of carried.signals) attempt.signal(signal);
          return linked(attempt);
        },
      };
    },
    answer: async (offer) => {
      const carried = read(offer, 'offer');
      const description = carried.signals.find((signal) => decodePeerSignal(signal).type === 'offer');
      if (description === undefined)
        throw new WireError('This text has no description of the other end in it.');
      const { attempt, signals } = begin(false);
      // The candidates are left out: checks towards an end that cannot answer before somebody has carried our text would give up
      // long before that. Its own checks, once it has our text, tell its address (RFC 8445, 7.3.1.3).
      attempt.signal(description);
      const text = encodeHandCarried({
        fleet,
        attempt: carried.attempt,
        end: 'answer',
        signals: await signals(),
      });
      const done = linked(attempt);
      done.catch(() => undefined);
      return { text, linked: done };
    },
    close: () => {
      for (const attempt of underway) attempt.close();
      underway.clear();
    },
  };
}
