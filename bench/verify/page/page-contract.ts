import type { VerifyFigures } from '../path.ts';

declare global {
  interface Window {
    verifyBench: {
      measure(options: { seed: number; rounds: number }): Promise<VerifyFigures>;
    };
  }
}
