import type { NodeId, ReleaseId, RolloutId } from '../wire/encoding/ids.ts';
import type { AdmissionBody } from '../wire/entry/admission.ts';
import type { ReadRolloutBody, Selector } from '../wire/entry/rollout.ts';

/** What a device is wished to run, and by which rollout. */
export interface Wish {
  readonly rollout: RolloutId;
  readonly release: ReleaseId;
  /** What its rollout asks for beyond what this version knows. */
  readonly lacking: readonly string[];
}

/** The part of a view that wishes are read from. */
export interface Wishing {
  /** In rising order. */
  readonly rollouts: readonly {
    readonly entry: { readonly id: RolloutId };
    readonly body: ReadRolloutBody;
  }[];
  /** Those that count. */
  readonly releases: { has(release: ReleaseId): boolean };
}

/** Whether the device is one of those that the rollout is for. */
export function selects(select: Selector, device: Omit<AdmissionBody, 'name'>): boolean {
  if (select.devices !== undefined && !select.devices.includes(device.device)) return false;
  if (select.sites !== undefined && !select.sites.includes(device.site)) return false;
  return Object.entries(select.labels ?? {}).every(([label, value]) => device.labels[label] === value);
}

/**
 * The newest rollout that names the device and whose release counts. A device that is not admitted has no wish. Attack: a release
 * whose signer was revoked stays wished for as long as nobody thinks of its rollout.
 */
export function wishFor(
  { rollouts, releases }: Wishing,
  device: AdmissionBody | undefined,
): Wish | undefined {
  if (device === undefined) return undefined;
  const newest = rollouts.findLast(({ body }) => selects(body.select, device) && releases.has(body.release));
  return newest && { rollout: newest.entry.id, release: newest.body.release, lacking: newest.body.lacking };
}

/** What any of the devices is wished to run: what a node that only seeds holds for them. */
export function wishedReleases(wishing: Wishing, devices: Iterable<AdmissionBody>): ReadonlySet<ReleaseId> {
  const wishes = Array.from(devices, (device) => wishFor(wishing, device));
  return new Set(wishes.filter((wish) => wish !== undefined).map(({ release }) => release));
}

export function selectedDevices(select: Selector, devices: Iterable<AdmissionBody>): NodeId[] {
  return Array.from(devices)
    .filter((device) => selects(select, device))
    .map(({ device }) => device);
}
