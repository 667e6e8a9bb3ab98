import { asymmetric } from './asymmetric.ts';
import { churn } from './churn.ts';
import { earlyCut } from './early-cut.ts';
import { eclipse } from './eclipse.ts';
import { joinStorm } from './join-storm.ts';
import { killScenario } from './kill.ts';
import { noSignaling } from './no-signaling.ts';
import { partitionHeal } from './partition-heal.ts';
import { powerCut } from './power-cut.ts';
import { presence } from './presence.ts';
import { rollout } from './rollout.ts';
import { rolloutCrashes } from './rollout-crashes.ts';
import { rolloutWithdrawn } from './rollout-withdrawn.ts';
import type { Scenario } from './scenario.ts';
import { siteTopics } from './site-topics.ts';
import { spam } from './spam.ts';
import { steady } from './steady.ts';
import { sybilStatements } from './sybil-statements.ts';
import { sybils } from './sybils.ts';
import { thinUplink } from './thin-uplink.ts';

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  steady,
  'site-topics': siteTopics,
  'join-storm': joinStorm,
  'kill-50': killScenario(0.5),
  'kill-80': killScenario(0.8),
  churn,
  'partition-heal': partitionHeal,
  'power-cut': powerCut,
  asymmetric,
  'no-signaling': noSignaling,
  'early-cut': earlyCut,
  sybils,
  'sybil-statements': sybilStatements,
  eclipse,
  spam,
  presence,
  'thin-uplink': thinUplink,
  rollout,
  'rollout-crashes': rolloutCrashes,
  'rollout-withdrawn': rolloutWithdrawn,
};
