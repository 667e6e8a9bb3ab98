import type { DataPolicy } from '../device/data-policy.ts';
import type { CborValue } from '../wire/encoding/cbor.ts';
import type { AdmissionBody } from '../wire/entry/admission.ts';
import { type ConfigTree, configValue } from './config.ts';

/** Keys of the config that are the kiosk page's own (C8): what becomes of the data of its apps. */
const COPY_KEY = 'data-copy-mb';
const OTHER_PRODUCT_KEY = 'data-other-product';
const WITHOUT_COPY_KEY = 'data-without-copy';

/** What each does, for whoever sets it. */
export const DATA_KEYS: ReadonlyMap<string, string> = new Map([
  [COPY_KEY, 'How much of an app’s data a device copies before it tries a new version, in megabytes.'],
  [
    OTHER_PRODUCT_KEY,
    'keep: the data of an app that gives way to another app is kept aside. Else it is deleted.',
  ],
  [
    WITHOUT_COPY_KEY,
    'clear: an app whose data cannot be copied is updated all the same, and loses it should that fail.',
  ],
]);

/** What is set for a device; what is not, or to something that does nothing, is left out. */
export function dataPolicyOf(tree: ConfigTree, device: AdmissionBody | undefined): Partial<DataPolicy> {
  if (device === undefined) return {};
  const megabytes = configValue(tree, device, COPY_KEY);
  return {
    ...(isMegabytes(megabytes) && { maxCopyBytes: megabytes * 1_000_000 }),
    ...(configValue(tree, device, OTHER_PRODUCT_KEY) === 'keep' && { keepsOthers: true }),
    ...(configValue(tree, device, WITHOUT_COPY_KEY) === 'clear' && { mayBeCleared: true }),
  };
}

/** Why the value does nothing, in words for whoever sets it; empty when it does, and for any other key. */
export function dataProblem(key: string, value: CborValue): string {
  if (key === COPY_KEY && !isMegabytes(value))
    return `"${COPY_KEY}" is how much of an app's data is copied before a trial: megabytes, a whole number from 0.`;
  if (key === OTHER_PRODUCT_KEY && value !== 'keep')
    return `"${OTHER_PRODUCT_KEY}" can be keep: the data of an app that gives way to another is kept aside. Kiosks take anything else as nothing.`;
  if (key === WITHOUT_COPY_KEY && value !== 'clear')
    return `"${WITHOUT_COPY_KEY}" can be clear: an app whose data cannot be copied is updated all the same, and loses it should that fail. Kiosks take anything else as nothing.`;
  return '';
}

/** Bounded by what a product of megabytes and bytes can hold exactly. */
function isMegabytes(value: CborValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= 1_000_000;
}
