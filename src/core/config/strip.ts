import type { CborValue } from '../wire/encoding/cbor.ts';
import type { AdmissionBody } from '../wire/entry/admission.ts';
import { type ConfigTree, configValue } from './config.ts';

/** A key of the kiosk page itself (C5). */
export const STRIP_KEY = 'strip';
/**
 * What the kiosk page says over a running app: nothing, how an update gets on, or what went wrong too, which may be an app's stack
 * trace before everybody who passes.
 */
export const STRIP_VALUES = ['off', 'progress', 'all'] as const;
export type Strip = (typeof STRIP_VALUES)[number];

/** `off` for a device that nobody has told otherwise, and where the value is none of the three. */
export function stripOf(tree: ConfigTree, device: AdmissionBody | undefined): Strip {
  const set = device && configValue(tree, device, STRIP_KEY);
  return STRIP_VALUES.find((value) => value === set) ?? 'off';
}

/** Why the value does nothing, in words for whoever sets it; empty when it does. */
export function stripProblem(value: CborValue): string {
  return !STRIP_VALUES.some((known) => known === value)
    ? `"${STRIP_KEY}" is what a kiosk says over its app: off, progress or all. Kiosks take anything else as off.`
    : '';
}
