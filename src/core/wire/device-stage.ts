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
