import type { Row } from '../../report/report.ts';
import { LAN_NODE_CONFIG, type NodeConfig, WAN_NODE_CONFIG } from '../../src/core/node/node-config.ts';
import { SCENARIOS } from '../scenarios/index.ts';
import type { ScenarioOptions, ScenarioOutcome } from '../scenarios/scenario.ts';
import { withSettings } from './settings.ts';

/** What one row of the table is of. */
interface Trial {
  readonly knob: string;
  readonly value: string;
  readonly config: NodeConfig;
  readonly scenario: 'kill-50' | 'kill-80' | 'presence';
  readonly network?: 'lan';
}

/** A knob, the values that are tried of it (the default among them), and the scenario that shows what it trades. */
interface Knob {
  readonly name: string;
  readonly scenario: Trial['scenario'];
  readonly values: Readonly<Record<string, readonly string[]>>;
}

const view = (near: number, far: number) => [
  `hyparview.activeView.near=${near}`,
  `hyparview.activeView.far=${far}`,
  `hyparview.maxLinks.low=${near + far + 2}`,
  `hyparview.maxLinks.high=${near + far + 4}`,
];
const passive = (factor: number) => [
  `hyparview.passiveView.introduced=${8 * factor}`,
  `hyparview.passiveView.linked=${6 * factor}`,
  `hyparview.passiveView.near=${8 * factor}`,
  `hyparview.passiveView.far=${8 * factor}`,
];
const graft = (leastMs: number, spreadMs: number) => [
  `plumtree.graft.leastMs=${leastMs}`,
  `plumtree.graft.spreadMs=${spreadMs}`,
];

const KNOBS: readonly Knob[] = [
  {
    name: 'active view, near + far: the fan-out',
    scenario: 'kill-50',
    values: {
      '2 + 1': view(2, 1),
      '2 + 2': view(2, 2),
      '3 + 2': [],
      '4 + 2': view(4, 2),
      '5 + 3': view(5, 3),
    },
  },
  {
    name: 'passive view',
    scenario: 'kill-80',
    values: { 15: passive(0.5), 30: [], 60: passive(2) },
  },
  {
    name: 'graft wait, least + spread, ms',
    scenario: 'kill-50',
    values: {
      '20 + 80': graft(20, 80),
      '70 + 300': [],
      '200 + 600': graft(200, 600),
      '500 + 1000': graft(500, 1_000),
    },
  },
  {
    name: 'lease, s',
    scenario: 'presence',
    values: {
      10: ['lease.validMs=10000'],
      20: ['lease.validMs=20000'],
      30: [],
      60: ['lease.validMs=60000'],
      120: ['lease.validMs=120000'],
    },
  },
];

const TRIALS: readonly Trial[] = [
  ...KNOBS.flatMap(({ name, scenario, values }) =>
    Object.entries(values).map(([value, settings]) => ({
      knob: name,
      value,
      config: withSettings(WAN_NODE_CONFIG, settings),
      scenario,
    })),
  ),
  ...(['kill-50', 'presence'] as const).flatMap((scenario) =>
    Object.entries({ wan: WAN_NODE_CONFIG, lan: LAN_NODE_CONFIG }).map(([value, config]) => ({
      knob: 'preset, on one LAN',
      value,
      config,
      scenario,
      network: 'lan' as const,
    })),
  ),
];

/** Each value of each knob in its scenario, the others as they are: a row each, the mean of as many seeds. */
export function sweep(
  options: Pick<ScenarioOptions, 'nodes' | 'seed' | 'progress'> & { readonly seeds: number },
): readonly Row[] {
  return TRIALS.map(({ knob, value, config, scenario, network }) => {
    const outcomes = Array.from({ length: options.seeds }, (_, run) =>
      SCENARIOS[scenario]!.run({
        ...options,
        seed: options.seed + run,
        config,
        ...(network !== undefined && { network }),
        progress: (line) => options.progress(`${knob} ${value}, seed ${options.seed + run}: ${line}`),
      }),
    );
    return { knob, value, scenario, ...meanOf(outcomes.map(figuresOf)) };
  });
}

/** What of a scenario's rows a choice can hang on. */
function figuresOf({ rows }: ScenarioOutcome): Readonly<Record<string, number>> {
  const [before, during, after] = rows;
  const picked = {
    bytesPerNodeSecond: before?.bytesPerNodeSecond,
    redundancy: before?.relativeMessageRedundancy,
    allReachedMsMedian: before?.allReachedMsMedian,
    lastHop: before?.lastDeliveryHop,
    missedInBlow: during?.missed,
    repairedInBlow: during?.repaired,
    reachedInBlowMsMedian: during?.allReachedMsMedian,
    reachedInBlowMsMost: during?.allReachedMsMost,
    dialsPerMinuteInBlow: during?.dialsPerMinute,
    oneComponentMs: after?.oneComponentMs,
    missedAfter: after?.missed,
    absentShare: before?.absentShare,
    noticedMsMedian: during?.noticedMsMedian,
    noticedMsMost: during?.noticedMsMost,
  };
  return Object.fromEntries(
    Object.entries(picked).filter((figure): figure is [string, number] => typeof figure[1] === 'number'),
  );
}

function meanOf(runs: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const names = Object.keys(runs[0] ?? {});
  return Object.fromEntries(
    names.map((name) => {
      const mean = runs.reduce((sum, run) => sum + (run[name] ?? 0), 0) / runs.length;
      return [name, Math.round(mean * 1_000) / 1_000];
    }),
  );
}
