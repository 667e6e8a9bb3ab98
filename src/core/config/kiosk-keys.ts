import type { CborValue } from '../wire/encoding/cbor.ts';
import { BUSY_KEY, busyProblem } from './busy-bound.ts';
import { DATA_KEYS, dataProblem } from './product-data.ts';
import { STRIP_KEY, stripProblem } from './strip.ts';

/** Keys of the config that are the kiosk page's own, with what they mean (C5, C6, C8); all others are for releases alone. */
export const KIOSK_KEYS: ReadonlyMap<string, string> = new Map([
  [STRIP_KEY, 'What a kiosk says over its running app: off, progress (of an update), or all (reasons too).'],
  [
    BUSY_KEY,
    'For how many minutes an app that says it is busy may hold up another release. 30 where nothing is set.',
  ],
  ...DATA_KEYS,
]);

/** Why a kiosk would not take the value, in words for whoever sets it; empty when it would, and for keys of releases. */
export function kioskKeyProblem(key: string, value: CborValue): string {
  switch (key) {
    case STRIP_KEY:
      return stripProblem(value);
    case BUSY_KEY:
      return busyProblem(value);
    default:
      return dataProblem(key, value);
  }
}
