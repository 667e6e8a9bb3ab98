import type { CborValue } from '../wire/encoding/cbor.ts';
import type { AdmissionBody } from '../wire/entry/admission.ts';
import { type ConfigTree, configValue } from './config.ts';

/** A key of the kiosk page itself: for how many minutes a busy release may hold up a switch or a reload (C6). */
export const BUSY_KEY = 'busy-minutes';
/** A guess: whoever waits for a release that is busy for a day waits for nobody's sale. */
const MAX_BUSY_MINUTES = 1_440;
const MINUTE_MS = 60_000;

/** What the operator has set for this device; undefined where nothing is set, or nothing that can be used. */
export function busyBoundMs(tree: ConfigTree, device: AdmissionBody | undefined): number | undefined {
  const minutes = device && readMinutes(configValue(tree, device, BUSY_KEY));
  return minutes === undefined ? undefined : minutes * MINUTE_MS;
}

/** Why the value does nothing, in words for whoever sets it; empty when it does. */
export function busyProblem(value: CborValue): string {
  return readMinutes(value) === undefined
    ? `"${BUSY_KEY}" is for how many minutes an app may hold up a switch while it is busy: a whole number from 0 to ${MAX_BUSY_MINUTES}. Kiosks take anything else as if it were not set.`
    : '';
}

/** A number, or the text of one, as a form gives it. */
function readMinutes(value: CborValue | undefined): number | undefined {
  const minutes = typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : value;
  return typeof minutes === 'number' &&
    Number.isInteger(minutes) &&
    minutes >= 0 &&
    minutes <= MAX_BUSY_MINUTES
    ? minutes
    : undefined;
}
