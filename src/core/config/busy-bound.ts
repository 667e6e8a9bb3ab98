import type { CborValue } from '../wire/encoding/cbor.ts';
import type { AdmissionBody } from '../wire/entry/admission.ts';
import { type ConfigTree, configValue } from './config.ts';

/** A key of the kiosk page itself: for how many minutes a busy release may hold up a switch or a reload (C6). */
export const BUSY_KEY = 'busy-minutes';
/** A guess: a release that has waited for a day waits for nobody's sale. */
const MAX_BUSY_MINUTES = 1_440;
const MINUTE_MS = 60_000;

/** What the operator has set for this device; undefined where nothing is set, or nothing that can be used. */
export function busyBoundMs(tree: ConfigTree, device: AdmissionBody | undefined): number | undefined {
  const set = device && configValue(tree, device, BUSY_KEY);
  return isBusyMinutes(set) ? set * MINUTE_MS : undefined;
}

/** Why the value does nothing, in words for whoever sets it; empty when it does, and for any other key. */
export function busyProblem(key: string, value: CborValue): string {
  return key === BUSY_KEY && !isBusyMinutes(value)
    ? `"${BUSY_KEY}" is for how many minutes an app may hold up a switch while it is busy: a whole number from 0 to ${MAX_BUSY_MINUTES}, written as JSON. Kiosks take anything else as if it were not set.`
    : '';
}

function isBusyMinutes(value: CborValue | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_BUSY_MINUTES;
}
