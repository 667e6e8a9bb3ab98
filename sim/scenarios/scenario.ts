import type { Aim, Row } from '../../report/report.ts';
import type { Fleet } from '../fleet/fleet.ts';

/** A course of events in a simulated fleet, and what is asked of it. */
export interface Scenario {
  readonly description: string;
  run(options: ScenarioOptions): ScenarioOutcome;
}

export interface ScenarioOptions {
  readonly nodes: number;
  readonly seed: number;
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
