import type { CborValue } from '../encoding/cbor.ts';
import { readOneOf } from '../encoding/shape.ts';

/** Where a device stands with a release (D-rules). */
export const DEVICE_STAGES = [
  'idle',
  'announced',
  'fetching',
  'verified',
  'armed',
  'switching',
  'probation',
  'committed',
  'rolled-back',
  'failed',
  'refused',
  'withdrawn',
] as const;
export type DeviceStage = (typeof DEVICE_STAGES)[number];
/** As another device says it: `unknown` is one that only later versions have (W11). */
export type HeardStage = DeviceStage | 'unknown';

export function readStage(value: CborValue | undefined): HeardStage {
  return readOneOf('unknown', value, DEVICE_STAGES, 'stage');
}

/** The device gave the rollout up and says why: it runs what it ran before. */
export function isFailure(stage: HeardStage | undefined): boolean {
  return stage === 'rolled-back' || stage === 'failed' || stage === 'refused';
}
