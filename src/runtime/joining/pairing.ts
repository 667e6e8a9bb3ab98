import {
  decodePairingContent,
  decodePairingMessage,
  encodePairingContent,
  encodePairingMessage,
  PAIRING_CODE_LIFE_MS,
  type PageKind,
  type PairingContent,
  pairingCodeOf,
  splitPairingCode,
} from '../../core/wire/contact/pairing.ts';
import type { NodeId } from '../../core/wire/encoding/ids.ts';
import type { Clock, Randomness } from '../../ports/clock.ts';
import type { Keys } from '../../ports/keys.ts';
import type { PairingExchange, PairingRole, PairingSession } from '../../ports/pairing-exchange.ts';
import type { PairingRoom, Signaling } from '../../ports/signaling.ts';

/** How long an operator waits for a device behind the code; a server answers in well under a second. A guess. */
const MEETING_TIMEOUT_MS = 10_000;
/** From meeting to the end: an operator's node must sign and store the admission. A guess. */
const EXCHANGE_TIMEOUT_MS = 60_000;

export interface PairingDeps {
  readonly signaling: Signaling;
  readonly exchange: PairingExchange;
  readonly keys: Pick<Keys, 'sha256'>;
  readonly clock: Clock;
}

export type PairingFailure =
  /** Nobody is behind this code at this server. */
  | 'nobody-there'
  /** Somebody is, with another code; or somebody guessed. */
  | 'wrong-code'
  /** Another device shows a code that meets at the same place, or another operator is pairing this one. */
  | 'taken'
  | 'expired'
  /** The signaling server cannot be reached or ended it. */
  | 'server-lost'
  | 'other-left'
  | 'malformed'
  /** The operator's node did not admit the key; the message says why. */
  | 'refused'
  | 'closed';

export class PairingFailed extends Error {
  override readonly name = 'PairingFailed';
  readonly failure: PairingFailure;
  /** True: the device must show another code. A code is good for one exchange, or an attacker could guess on. */
  readonly codeSpent: boolean;

  constructor(failure: PairingFailure, message: string, codeSpent: boolean) {
    super(message);
    this.failure = failure;
    this.codeSpent = codeSpent;
  }
}

export interface Pairing<Result> {
  /** Rejects with a PairingFailed. */
  readonly done: Promise<Result>;
  /** Idempotent. */
  close(): void;
}

/** A code to show, good for PAIRING_CODE_LIFE_MS and one use. */
export function newPairingCode(randomness: Randomness): string {
  for (;;) {
    const code = pairingCodeOf(randomness.bytes(32));
    if (code !== undefined) return code;
  }
}

export interface OfferPairingOptions extends PairingDeps {
  /** As newPairingCode gives it. */
  readonly code: string;
  readonly url: string;
  readonly self: NodeId;
  readonly page: PageKind;
}

/** On the device (docs/protocol.md, P-rules): waits for the operator who types the code, and gets a join link. */
export function offerPairing(options: OfferPairingOptions): Pairing<{ readonly link: string }> {
  return runPairing<{ readonly link: string }>(options, 'device', PAIRING_CODE_LIFE_MS, {
    opening: { type: 'device', key: options.self, page: options.page },
    async receive(content) {
      if (content.type === 'refused') return { type: 'fail', failure: 'refused', message: content.reason };
      if (content.type !== 'join') return undefined;
      return { type: 'done', result: { link: content.link } };
    },
  });
}

export interface AnswerPairingOptions extends PairingDeps {
  /** As normalisePairingCode gives it. */
  readonly code: string;
  readonly url: string;
  /** Admits the device's key and gives the join link to send it. What it throws is told to the device in short. */
  readonly admit: (device: { readonly key: NodeId; readonly page: PageKind }) => Promise<string>;
}

/** On the operator's side: meets the device that shows the code, has it admitted, and sends the join link. */
export function answerPairing(options: AnswerPairingOptions): Pairing<{ readonly device: NodeId }> {
  return runPairing<{ readonly device: NodeId }>(options, 'operator', MEETING_TIMEOUT_MS, {
    opening: undefined,
    async receive(content) {
      if (content.type !== 'device') return undefined;
      try {
        const link = await options.admit({ key: content.key, page: content.page });
        return { type: 'done', result: { device: content.key }, reply: { type: 'join', link } };
      } catch (error) {
        const message = (error as Error).message;
        return {
          type: 'fail',
          failure: 'refused',
          message,
          reply: { type: 'refused', reason: message.slice(0, 300) },
        };
      }
    },
  });
}

interface Part<Result> {
  /** The first sealed content, from the side that has one. */
  readonly opening: PairingContent | undefined;
  /** Undefined: this content is out of place. */
  receive(content: PairingContent): Promise<Outcome<Result> | undefined>;
}

type Outcome<Result> =
  | { readonly type: 'done'; readonly result: Result; readonly reply?: PairingContent }
  | {
      readonly type: 'fail';
      readonly failure: PairingFailure;
      readonly message: string;
      readonly reply?: PairingContent;
    };

function runPairing<Result>(
  deps: PairingDeps & { readonly code: string; readonly url: string },
  role: PairingRole,
  waitMs: number,
  part: Part<Result>,
): Pairing<Result> {
  const { clock } = deps;
  const { place, secret } = splitPairingCode(deps.code);
  let settled = false;
  let met = false;
  let room: PairingRoom | undefined;
  let cancelTimeout = () => {};
  let resolve: (result: Result) => void = () => undefined;
  let reject: (error: PairingFailed) => void = () => undefined;
  const done = new Promise<Result>((accept, refuse) => {
    resolve = accept;
    reject = refuse;
  });
  done.catch(() => undefined);

  const settle = (run: () => void) => {
    if (settled) return;
    settled = true;
    cancelTimeout();
    room?.close();
    run();
  };
  const fail = (failure: PairingFailure, message: string) =>
    settle(() =>
      reject(new PairingFailed(failure, message, met || failure === 'taken' || failure === 'expired')),
    );
  const expireAfter = (ms: number, failure: PairingFailure, message: string) => {
    cancelTimeout();
    cancelTimeout = clock.schedule(ms, () => fail(failure, message));
  };

  if (role === 'device') expireAfter(waitMs, 'expired', 'Nobody used this code in time.');
  else
    expireAfter(
      waitMs,
      'nobody-there',
      'No device shows this code. Check the code on its screen, and that the device is online.',
    );

  const meet = async () => {
    const rendezvous = (await deps.keys.sha256(place)).slice(0, 16);
    if (settled) return;
    const run = deps.exchange.begin(role, secret, rendezvous);
    let session: PairingSession | undefined;
    let confirmed = false;
    // Messages are handled one after the other: each step of the exchange is asynchronous.
    let handling: Promise<void> = Promise.resolve();
    const send = (message: Parameters<typeof encodePairingMessage>[0]) => {
      if (!settled) room?.send(encodePairingMessage(message));
    };
    const sendSealed = async (content: PairingContent) => {
      const sealed = await session!.seal(encodePairingContent(content));
      send({ type: 'sealed', sealed });
    };

    const receive = async (bytes: Uint8Array): Promise<void> => {
      if (settled) return;
      const message = decodePairingMessage(bytes);
      if (message.type === 'share' && session === undefined) {
        session = await run.finish(message.share);
        if (session === undefined) return fail('malformed', 'The other side sent an invalid key share.');
        return send({ type: 'confirm', confirmation: session.confirmation });
      }
      if (message.type === 'confirm' && session !== undefined && !confirmed) {
        if (!session.confirms(message.confirmation))
          return fail('wrong-code', 'The codes differ. Type the code that the device shows now.');
        confirmed = true;
        if (part.opening !== undefined) await sendSealed(part.opening);
        return;
      }
      if (message.type === 'sealed' && session !== undefined && confirmed) {
        const opened = await session.open(message.sealed);
        if (opened === undefined) return fail('wrong-code', 'A message of the other side does not open.');
        const outcome = await part.receive(decodePairingContent(opened));
        if (outcome === undefined) return fail('malformed', 'The other side sent a message out of turn.');
        if (outcome.reply !== undefined) await sendSealed(outcome.reply);
        if (outcome.type === 'done') settle(() => resolve(outcome.result));
        else fail(outcome.failure, outcome.message);
        return;
      }
      fail('malformed', `The other side sent a ${message.type} out of turn.`);
    };

    room = deps.signaling.pair(deps.url, rendezvous, role === 'device' ? 'offer' : 'answer', (event) => {
      if (settled) return;
      switch (event.type) {
        case 'pairing-open':
          met = true;
          expireAfter(EXCHANGE_TIMEOUT_MS, 'other-left', 'The other side stopped answering.');
          return send({ type: 'share', share: run.share });
        case 'pairing-message':
          handling = handling
            .then(() => receive(event.message))
            .catch((error: unknown) =>
              fail('malformed', `The other side sent nonsense: ${(error as Error).message}`),
            );
          return;
        case 'pairing-closed':
          // What came before the close still counts: the last message and the end travel together.
          handling = handling.then(() => failClosed(event.cause, event.reason));
      }
    });
  };

  const failClosed = (cause: 'taken' | 'left' | 'lost', reason: string) => {
    if (cause === 'taken') fail('taken', 'Another device or operator uses this code at the moment.');
    else if (cause === 'left') fail('other-left', 'The other side left before pairing was done.');
    else fail('server-lost', `The signaling server ${deps.url} is not reachable: ${reason}`);
  };

  meet().catch((error: unknown) => fail('malformed', `Pairing could not start: ${(error as Error).message}`));

  return { done, close: () => fail('closed', 'Pairing was given up.') };
}
