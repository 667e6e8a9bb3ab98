import { describe, expect, test } from 'vitest';
import {
  createManualClock,
  createSeededRandomness,
  type ManualClock,
} from '../../adapters/loopback/clock.ts';
import { createLoopbackSignaling } from '../../adapters/loopback/signaling.ts';
import { createNobleKeys } from '../../adapters/noble/keys.ts';
import { createSpake2Exchange } from '../../adapters/noble/spake2.ts';
import {
  encodePairingMessage,
  normalisePairingCode,
  PAIRING_ALPHABET,
  PAIRING_CODE_LIFE_MS,
  splitPairingCode,
} from '../../core/wire/contact/pairing.ts';
import { idFromBytes, type NodeId } from '../../core/wire/encoding/ids.ts';
import type { PairingEvent, Signaling } from '../../ports/signaling.ts';
import { answerPairing, newPairingCode, offerPairing, type PairingFailed } from './pairing.ts';

const url = 'ws://signaling.test';
const device = idFromBytes<NodeId>(new Uint8Array(32).fill(7));
const randomness = { bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)) };
const keys = createNobleKeys({ randomness });
const exchange = createSpake2Exchange({ subtle: crypto.subtle, randomness });

function setUp(wrap: (signaling: Signaling) => Signaling = (signaling) => signaling) {
  const clock = createManualClock();
  const loopback = createLoopbackSignaling({ clock });
  const deps = { signaling: wrap(loopback), exchange, keys, clock, url };
  const admitted: NodeId[] = [];
  return {
    clock,
    loopback,
    deps,
    admitted,
    offer: (code: string) => offerPairing({ ...deps, code, self: device, page: 'kiosk' }),
    answer: (code: string) =>
      answerPairing({
        ...deps,
        code,
        admit: async ({ key }) => {
          admitted.push(key);
          return 'https://app.test/#/join/abc';
        },
      }),
  };
}

/** Lets time pass until all is settled: sealing leaves the event loop, so one step is not enough. */
async function settled(clock: ManualClock, ...promises: Promise<unknown>[]): Promise<void> {
  let pending = true;
  const all = Promise.allSettled(promises).then(() => {
    pending = false;
  });
  while (pending) await clock.advance(1);
  await all;
}

const failureOf = (done: Promise<unknown>) =>
  done.then(
    () => ({ failure: 'paired', codeSpent: true }),
    ({ failure, codeSpent }: PairingFailed) => ({ failure, codeSpent }),
  );

describe('pairing codes (P1)', () => {
  test('have six characters of an alphabet without look-alikes, all of them used', () => {
    const seeded = createSeededRandomness(5);
    const codes = Array.from({ length: 400 }, () => newPairingCode(seeded));
    for (const code of codes) expect(code).toMatch(/^[2-9A-HJKMNP-TV-Z]{6}$/);
    expect(new Set(codes.join('')).size).toBe(PAIRING_ALPHABET.length);
    expect(PAIRING_ALPHABET).not.toMatch(/[01OILU]/);
  });

  test.each([
    ['abc-234', 'ABC234'],
    [' AB C2 34 ', 'ABC234'],
    ['ABC\u2013234', 'ABC234'],
    ['ABC23', undefined],
    ['ABC2345', undefined],
    ['ABC23O', undefined],
    ['', undefined],
  ])('%j is taken as %s', (typed, code) => {
    expect(normalisePairingCode(typed)).toBe(code);
  });
});

describe('pairing (P2 to P7)', () => {
  test('an operator who types the code gets the device key, and the device a join link', async () => {
    const { clock, offer, answer, admitted } = setUp();
    const atDevice = offer('ABC234');
    const atOperator = answer('ABC234');
    await settled(clock, atDevice.done, atOperator.done);
    expect(await atOperator.done).toEqual({ device });
    expect(await atDevice.done).toEqual({ link: 'https://app.test/#/join/abc' });
    expect(admitted).toEqual([device]);
  });

  test('a code that nobody shows is told after ten seconds', async () => {
    const { clock, answer } = setUp();
    const outcome = failureOf(answer('ABC234').done);
    await clock.advance(10_000);
    expect(await outcome).toEqual({ failure: 'nobody-there', codeSpent: false });
  });

  test('a code that meets but differs admits nobody, and spends the code', async () => {
    const { clock, offer, answer, admitted } = setUp();
    const atDevice = failureOf(offer('ABC234').done);
    const atOperator = failureOf(answer('ABC235').done);
    await settled(clock, atDevice, atOperator);
    expect([(await atDevice).failure, (await atOperator).failure]).toContain('wrong-code');
    expect((await atDevice).codeSpent).toBe(true);
    expect(admitted).toEqual([]);
  });

  test('attack: the server puts itself between the two with shares of its own', async () => {
    const impostor = createSpake2Exchange({ subtle: crypto.subtle, randomness });
    const { clock, offer, answer, admitted } = setUp((signaling) => ({
      ...signaling,
      pair(to, rendezvous, side, onEvent) {
        // It knows the place, and has to guess the secret half.
        const run = impostor.begin(
          side === 'offer' ? 'operator' : 'device',
          new TextEncoder().encode('999'),
          rendezvous,
        );
        return signaling.pair(to, rendezvous, side, (event: PairingEvent) =>
          onEvent(
            event.type === 'pairing-message'
              ? { ...event, message: encodePairingMessage({ type: 'share', share: run.share }) }
              : event,
          ),
        );
      },
    }));
    const atDevice = failureOf(offer('ABC234').done);
    const atOperator = failureOf(answer('ABC234').done);
    await clock.advance(61_000);
    expect((await atDevice).failure).not.toBe('paired');
    expect((await atOperator).failure).not.toBe('paired');
    expect(admitted).toEqual([]);
  });

  test('the server never sees the secret half of the code, nor the key, nor the link', async () => {
    const seen: Uint8Array[] = [];
    const { clock, offer, answer } = setUp((signaling) => ({
      ...signaling,
      pair(to, rendezvous, side, onEvent) {
        seen.push(rendezvous);
        const room = signaling.pair(to, rendezvous, side, onEvent);
        return {
          ...room,
          send(message) {
            seen.push(message);
            room.send(message);
          },
        };
      },
    }));
    const atDevice = offer('ABCXYZ');
    const atOperator = answer('ABCXYZ');
    await settled(clock, atDevice.done, atOperator.done);
    expect(seen.length).toBe(2 + 6);
    const all = Buffer.concat(seen).toString('latin1');
    for (const part of ['XYZ', 'https://', Buffer.from(new Uint8Array(32).fill(7)).toString('latin1')])
      expect(all).not.toContain(part);
    // Codes that share the first half meet at the same place, so the place tells nothing of the second.
    expect(splitPairingCode('ABCXYZ').place).toEqual(splitPairingCode('ABC234').place);
  });

  test('an admission that fails tells both sides why', async () => {
    const { clock, deps, offer } = setUp();
    const atDevice = offer('ABC234');
    const atOperator = answerPairing({
      ...deps,
      code: 'ABC234',
      admit: async () => {
        throw new Error('You may not admit devices to this site.');
      },
    });
    const told = Promise.all([
      expect(atDevice.done).rejects.toThrow('You may not admit devices to this site.'),
      expect(atOperator.done).rejects.toThrow('You may not admit devices to this site.'),
    ]);
    await settled(clock, told);
  });

  test('a second device at the same place is told to show another code', async () => {
    const { clock, offer } = setUp();
    const first = offer('ABC234');
    await clock.advance(100);
    const second = failureOf(offer('ABC567').done);
    await clock.advance(100);
    expect(await second).toEqual({ failure: 'taken', codeSpent: true });
    first.close();
    expect((await failureOf(first.done)).failure).toBe('closed');
  });

  test('a code nobody used expires', async () => {
    const { clock, offer } = setUp();
    const outcome = failureOf(offer('ABC234').done);
    await clock.advance(PAIRING_CODE_LIFE_MS);
    expect(await outcome).toEqual({ failure: 'expired', codeSpent: true });
  });

  test('a server that is not reachable leaves the code good', async () => {
    const { clock, loopback, offer } = setUp();
    loopback.setReachable(url, false);
    const outcome = failureOf(offer('ABC234').done);
    await clock.advance(100);
    expect(await outcome).toEqual({ failure: 'server-lost', codeSpent: false });
  });

  test('nonsense from the other side ends pairing', async () => {
    const { clock, loopback, offer } = setUp();
    const outcome = failureOf(offer('ABC234').done);
    const rendezvous = (await keys.sha256(splitPairingCode('ABC234').place)).slice(0, 16);
    const room = loopback.pair(url, rendezvous, 'answer', (event) => {
      if (event.type === 'pairing-open') room.send(Uint8Array.of(0xff));
    });
    await settled(clock, outcome);
    expect((await outcome).failure).toBe('malformed');
  });
});
