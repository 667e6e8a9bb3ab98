import { fileURLToPath } from 'node:url';
import { aimOf, spreadOf } from '../report/report.ts';
import { createMemoryRecordStore } from '../src/adapters/memory/record-store.ts';
import { createNodeChecks } from '../src/adapters/node-crypto/checks.ts';
import { createWebCryptoKeys } from '../src/adapters/webcrypto/keys.ts';
import { MAX_CHECKS } from '../src/core/intake/link-reader.ts';
import { type Bench, nodeCpuMs } from './bench.ts';
import { openChromiumPage } from './chromium-page.ts';
import { ENTRIES, measureVerification, type VerifyFigures } from './verify/path.ts';
import './verify/page/page-contract.ts';

/**
 * The path is what the runtime does: frames are decoded, copies dropped by id, envelopes opened, signatures checked, entries handed
 * to the ledger in order. It stands against SubtleCrypto alone on the same signatures with as many calls under way, which is its
 * best; the ratio is taken within each round, so that a machine that others use does not tilt it.
 */
export const verify: Bench = {
  description: 'from frames to accepted entries, beside bare WebCrypto verification of the same signatures',
  run: async ({ seed, rounds, progress }) => {
    progress('Node');
    const { subtle } = crypto;
    const keys = {
      ...createWebCryptoKeys({ subtle, records: createMemoryRecordStore() }),
      ...createNodeChecks(),
    };
    const { rates: inNode, cpuUs } = await measureVerification(keys, subtle, { seed, rounds }, nodeCpuMs);
    progress('Chromium');
    const chromium = await openChromiumPage(fileURLToPath(new URL('verify/page', import.meta.url)));
    try {
      await chromium.page.waitForFunction(() => window.verifyBench !== undefined);
      const inPage = await chromium.page.evaluate((options) => window.verifyBench.measure(options), {
        seed,
        rounds,
      });
      const platforms = [
        ['Chromium', `Chromium ${chromium.version}`, inPage],
        ['Node', `Node ${process.version}, ${process.env.UV_THREADPOOL_SIZE ?? 4} threads`, inNode],
      ] as const;
      return {
        rows: platforms.map(([, platform, figures]) => ({
          platform,
          entries: ENTRIES,
          atOnce: MAX_CHECKS,
          wholePerSecond: spreadOf(figures.whole),
          barePerSecond: spreadOf(figures.bare),
          bareInTurnPerSecond: spreadOf(figures.bareInTurn),
          withoutSignaturesPerSecond: spreadOf(figures.withoutSignatures),
          ofBare: spreadOf(ratiosOf(figures)),
          ...(figures === inNode && {
            wholeCpuUs: spreadOf(cpuUs.whole),
            bareCpuUs: spreadOf(cpuUs.bare),
          }),
        })),
        aims: [
          ...platforms.map(([name, , figures]) =>
            aimOf({
              name: `rate of the whole path beside bare verification, ${name}`,
              value: spreadOf(ratiosOf(figures)).median,
              unit: 'of its rate',
              aim: 0.8,
              direction: 'atLeast',
            }),
          ),
          aimOf({
            name: 'the same by CPU time of all threads, which other programs do not tilt, Node',
            value: spreadOf(cpuUs.bare).median / spreadOf(cpuUs.whole).median,
            unit: 'of its rate',
            aim: 0.8,
            direction: 'atLeast',
          }),
        ],
      };
    } finally {
      await chromium.close();
    }
  },
};

function ratiosOf({ whole, bare }: VerifyFigures): readonly number[] {
  return whole.map((rate, round) => rate / bare[round]!);
}
