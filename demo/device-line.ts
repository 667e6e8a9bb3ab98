import type { RolloutDeviceSeen } from '../actors/operator-actor.ts';
import { formatBytes, formatPercent } from '../src/ui/components/format.ts';

const BAR_CELLS = 20;

/** Stages in which the whole release is on the device. */
const HERE: ReadonlySet<string> = new Set(['verified', 'armed', 'switching', 'probation', 'committed']);
const FAILED: ReadonlySet<string> = new Set(['failed', 'rolled-back', 'refused']);

function isFailed({ stage }: Pick<RolloutDeviceSeen, 'stage'>): boolean {
  return FAILED.has(stage);
}

/** The device will do nothing more in this rollout. */
export function isSettled(device: Pick<RolloutDeviceSeen, 'stage'>): boolean {
  return device.stage === 'committed' || isFailed(device);
}

/** `Kiosk 1  fetching     [#####---------------]   26 %  3.00 MiB of 11.5 MiB` */
export function deviceLine(device: RolloutDeviceSeen, nameWidth: number): string {
  const stage = device.stage === 'unknown' ? 'no word yet' : device.stage;
  const { part, whole } = fetched(device);
  const cells = whole === 0 ? 0 : Math.floor((BAR_CELLS * part) / whole);
  const bar = `[${'#'.repeat(cells)}${'-'.repeat(BAR_CELLS - cells)}]`;
  const percent = whole === 0 ? '' : formatPercent(part, whole);
  return `${device.name.padEnd(nameWidth)}  ${stage.padEnd(11)}  ${bar} ${percent.padStart(5)}  ${detail(device)}`.trimEnd();
}

/** Changes when a device has something new to tell on a screen that cannot be redrawn: its stage, or a quarter more. */
export function deviceStep(device: RolloutDeviceSeen): string {
  const { part, whole } = fetched(device);
  return `${device.stage} ${whole === 0 ? 0 : Math.floor((4 * part) / whole)} ${device.reason}`;
}

/** `whole` is 0 where it is not known how much is here. */
function fetched(device: RolloutDeviceSeen): { readonly part: number; readonly whole: number } {
  if (HERE.has(device.stage)) return { part: 1, whole: 1 };
  const { bytesHere, sizeBytes } = device;
  return bytesHere === undefined || sizeBytes === undefined
    ? { part: 0, whole: 0 }
    : { part: Math.min(bytesHere, sizeBytes), whole: sizeBytes };
}

function detail(device: RolloutDeviceSeen): string {
  if (isFailed(device)) return device.reason;
  if (HERE.has(device.stage))
    return `${bytes(device.bytesFromPublisher)} from the publisher, ${bytes(device.bytesFromPeers)} from peers`;
  const { bytesHere, sizeBytes } = device;
  return bytesHere === undefined || sizeBytes === undefined
    ? ''
    : `${formatBytes(bytesHere)} of ${formatBytes(sizeBytes)}`;
}

function bytes(count: number | undefined): string {
  return count === undefined ? 'unknown' : formatBytes(count);
}
