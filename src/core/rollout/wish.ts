import type { AdmissionBody } from '../wire/admission.ts';
import type { NodeId, ReleaseId, RolloutId } from '../wire/ids.ts';
import type { RolloutBody, Selector } from '../wire/rollout.ts';

/** What a device is wished to run, and by which rollout. */
export interface Wish {
  readonly rollout: RolloutId;
  readonly release: ReleaseId;
}

export interface Candidate {
  readonly entry: { readonly id: RolloutId };
  readonly body: RolloutBody;
}

function selects(select: Selector, device: AdmissionBody): boolean {
  if (select.devices !== undefined && !select.devices.includes(device.device)) return false;
  if (select.sites !== undefined && !select.sites.includes(device.site)) return false;
  return Object.entries(select.labels ?? {}).every(([label, value]) => device.labels[label] === value);
}

/** The newest rollout that names the device; `rollouts` are in rising order. A device that was never admitted has no wish. */
export function wishFor(rollouts: readonly Candidate[], device: AdmissionBody | undefined): Wish | undefined {
  if (device === undefined) return undefined;
  const newest = rollouts.findLast(({ body }) => selects(body.select, device));
  return newest && { rollout: newest.entry.id, release: newest.body.release };
}

/** What any of the devices is wished to run: what a node that only seeds holds for them. */
export function wishedReleases(
  rollouts: readonly Candidate[],
  devices: Iterable<AdmissionBody>,
): ReadonlySet<ReleaseId> {
  const wishes = Array.from(devices, (device) => wishFor(rollouts, device));
  return new Set(wishes.filter((wish) => wish !== undefined).map(({ release }) => release));
}

export function selectedDevices(select: Selector, devices: Iterable<AdmissionBody>): NodeId[] {
  return Array.from(devices)
    .filter((device) => selects(select, device))
    .map(({ device }) => device);
}
