import type { Aim, Row } from '../../report/report.ts';
import type { NodeConfig } from '../../src/core/node/node-config.ts';
import type { Fleet } from '../fleet/fleet.ts';

/** A course of events in a simulated fleet, and what is asked of it. */
export interface Scenario {
  readonly description: string;
  run(options: ScenarioOptions): ScenarioOutcome;
}

export interface ScenarioOptions {
  readonly nodes: number;
  readonly seed: number;
  /** What the machines of each node are set to; WAN_NODE_CONFIG unless told. */
  readonly config?: NodeConfig;
  /** `lan`: all nodes are of one site and on one LAN, in scenarios that ask for no network of their own. */
  readonly network?: 'sites' | 'lan';
  /** What the nodes' machines take the time to be; wrong unless told. */
  readonly wallClocks?: 'right' | 'wrong';
  /** One line that replaces the one before. */
  readonly progress: (line: string) => void;
}

export interface ScenarioOutcome {
  /** One for each phase. */
  readonly rows: readonly Row[];
  readonly aims: readonly Omit<Aim, 'holds'>[];
  readonly trace: string;
  readonly eventsHandled: number;
}

export function outcomeOf(
  { simulation }: Fleet,
  rows: readonly Row[],
  aims: readonly Omit<Aim, 'holds'>[],
): ScenarioOutcome {
  return { rows, aims, trace: simulation.trace.digest(), eventsHandled: simulation.eventsHandled };
}
