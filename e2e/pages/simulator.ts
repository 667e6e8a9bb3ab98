import { SCENARIOS } from '../../sim/scenarios/index.ts';
import type { ScenarioOutcome } from '../../sim/scenarios/scenario.ts';

declare global {
  interface Window {
    simulate: (name: string, nodes: number, seed: number) => ScenarioOutcome;
  }
}

window.simulate = (name, nodes, seed) => SCENARIOS[name]!.run({ nodes, seed, progress: () => {} });
