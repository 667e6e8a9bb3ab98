import { MAX_CHECKS } from '../../src/core/intake/link-reader.ts';
import { createLedger } from '../../src/core/ledger/ledger.ts';
import type { NodeId } from '../../src/core/wire/encoding/ids.ts';
import { decodeEnvelope, entryMessage } from '../../src/core/wire/entry/entry.ts';
import { batchesForFrames, encodeMessage } from '../../src/core/wire/link/message.ts';
import type { Keys } from '../../src/ports/keys.ts';
import { createFrameIntake } from '../../src/runtime/intake/frame-intake.ts';
import { writeHistory } from '../ledger/history.ts';

export const ENTRIES = 4_000;

/** Not counted: the compiler of both platforms takes some ten thousand entries until the path no longer gets faster. */
const WARM_UP_ROUNDS = 8;

/** Entries a second; each list has one number a round. */
export interface VerifyFigures {
  /** SubtleCrypto alone, as many calls under way as our path has, keys imported before. */
  readonly bare: readonly number[];
  /** SubtleCrypto alone, one call after another. */
  readonly bareInTurn: readonly number[];
  /** From frames to accepted entries. */
  readonly whole: readonly number[];
  /** The whole path with checks that take no time: what everything but the signatures costs. */
  readonly withoutSignatures: readonly number[];
}

/** CPU time of an entry in us, of all threads; empty where the platform does not tell. */
export interface VerifyCpu {
  readonly bare: readonly number[];
  readonly whole: readonly number[];
}

/** The same code in Node and in a page. The order within a round takes turns. */
export async function measureVerification(
  keys: Keys,
  subtle: SubtleCrypto,
  { seed, rounds }: { seed: number; rounds: number },
  cpuMs?: () => number,
): Promise<{ readonly rates: VerifyFigures; readonly cpuUs: VerifyCpu }> {
  const shape = 'several authors';
  const { fleet, envelopes } = await writeHistory(keys, { shape, count: ENTRIES, seed, signed: true });
  const frames = batchesForFrames(envelopes).map((batch) =>
    encodeMessage({ type: 'entries', envelopes: batch }),
  );
  const imported = new Map<string, Promise<CryptoKey>>();
  const signatures = await Promise.all(
    envelopes.map(decodeEnvelope).map(async ({ signedBytes, signatures: [first] }) => {
      const raw = first!.key as Uint8Array<ArrayBuffer>;
      const key = imported.get(raw.join()) ?? subtle.importKey('raw', raw, 'Ed25519', false, ['verify']);
      imported.set(raw.join(), key);
      return {
        key: await key,
        message: entryMessage(signedBytes) as Uint8Array<ArrayBuffer>,
        signature: first!.signature as Uint8Array<ArrayBuffer>,
      };
    }),
  );

  const bare = (atOnce: number) => async () => {
    let next = 0;
    const verifyOn = async () => {
      for (let item = signatures[next++]; item !== undefined; item = signatures[next++])
        if (!(await subtle.verify('Ed25519', item.key, item.signature, item.message)))
          throw new Error('a signature of the benchmark does not hold');
    };
    await Promise.all(Array.from({ length: atOnce }, verifyOn));
  };

  const path = (checker: Keys) => async () => {
    const ledger = createLedger(fleet);
    const peer = 'the sender' as NodeId;
    await new Promise<void>((resolve, reject) => {
      const intake = createFrameIntake({
        node: { ledger, book: { judge: () => 'unwanted' }, bans: { isBanned: () => false } },
        fleet,
        keys: checker,
        clock: { monotonicMs: () => performance.now() },
        tell: (input) => {
          if (input.type !== 'entry-received')
            return reject(new Error('the benchmark sends nothing but entries'));
          ledger.receive(input.received);
          if (ledger.size() === ENTRIES) resolve();
        },
        onOverflow: (_peer, reason) => reject(new Error(reason)),
        hangUp: (_peer, reason) => reject(new Error(reason)),
        onFault: reject,
      });
      intake.onLinkUp(peer);
      for (const frame of frames) intake.onFrame(peer, frame);
    });
  };

  const ways: readonly (readonly [keyof VerifyFigures, () => Promise<void>])[] = [
    ['bare', bare(MAX_CHECKS)],
    ['whole', path(keys)],
    ['bareInTurn', bare(1)],
    ['withoutSignatures', path({ ...keys, verify: () => Promise.resolve(true) })],
  ];
  const rates = { bare: [], bareInTurn: [], whole: [], withoutSignatures: [] } as Record<
    keyof VerifyFigures,
    number[]
  >;
  const cpuUs = { bare: [] as number[], whole: [] as number[] };
  for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++)
    for (let turn = 0; turn < ways.length; turn++) {
      const [name, run] = ways[(turn + round) % ways.length]!;
      const startCpuMs = cpuMs?.() ?? 0;
      const startMs = performance.now();
      await run();
      if (round < WARM_UP_ROUNDS) continue;
      rates[name].push(ENTRIES / ((performance.now() - startMs) / 1000));
      if (cpuMs !== undefined && (name === 'bare' || name === 'whole'))
        cpuUs[name].push(((cpuMs() - startCpuMs) * 1000) / ENTRIES);
    }
  return { rates, cpuUs };
}
