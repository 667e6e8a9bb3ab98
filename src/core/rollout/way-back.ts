import type { StandingRollout, View } from '../ledger/view.ts';
import type { NodeId, ReleaseId, RolloutId } from '../wire/encoding/ids.ts';
import type { AdmissionBody } from '../wire/entry/admission.ts';
import { MAX_SELECTED, type Selector } from '../wire/entry/rollout.ts';
import { selectedDevices, wishFor } from './wish.ts';

/** A guess: a browser signs all steps sooner, and a person does nothing twice in this time. */
const ONE_ACT_MS = 2_000;

/** One rollout of several that are carried out in order, so that of two that name a device the later counts. */
export interface Step {
  readonly release: ReleaseId;
  readonly select: Selector;
}

/** Devices that were to run the same before; `release` is undefined for those that were to run nothing. */
export interface Origin {
  readonly release: ReleaseId | undefined;
  readonly devices: readonly NodeId[];
}

type KnownView = Pick<View, 'rollouts' | 'releases' | 'devices'>;

/** Devices that the rollout names and no newer one does. */
export function followersOf(view: KnownView, rollout: RolloutId): readonly NodeId[] {
  return bodies(view).flatMap((device) =>
    wishFor(view, device)?.rollout === rollout ? [device.device] : [],
  );
}

/** Devices whose newest rollout is of this product. */
export function followersOfProduct(view: KnownView, product: string): readonly NodeId[] {
  return bodies(view).flatMap((device) => {
    const wish = wishFor(view, device);
    return wish !== undefined && view.releases.get(wish.release)?.manifest.product === product
      ? [device.device]
      : [];
  });
}

/**
 * Groups the devices by the release that each was to run before its present one: that of its newest earlier rollout
 * whose release counts and has other files. The largest group is first; devices without such a rollout are last.
 */
export function originsOf(view: KnownView, devices: readonly NodeId[]): readonly Origin[] {
  const groups = new Map<ReleaseId | undefined, NodeId[]>();
  for (const id of devices) {
    const device = view.devices.get(id)?.body;
    if (device === undefined) continue;
    const release = releaseBefore(view, device);
    groups.set(release, [...(groups.get(release) ?? []), id]);
  }
  return Array.from(groups, ([release, members]) => ({ release, devices: members })).sort(
    (a, b) =>
      Number(a.release === undefined) - Number(b.release === undefined) ||
      b.devices.length - a.devices.length ||
      ((a.release ?? '') < (b.release ?? '') ? -1 : 1),
  );
}

function releaseBefore(view: KnownView, device: AdmissionBody): ReleaseId | undefined {
  const now = wishFor(view, device);
  if (now === undefined) return undefined;
  const files = view.releases.get(now.release)?.manifest.infoHash;
  const named = view.rollouts.filter(({ body }) => selectedDevices(body.select, [device]).length > 0);
  return named.findLast(({ entry, body }, index) => {
    const before = view.releases.get(body.release);
    return (
      entry.id !== now.rollout &&
      body.release !== now.release &&
      before !== undefined &&
      before.manifest.infoHash !== files &&
      !isOneAct(named[index]!, named[index + 1])
    );
  })?.body.release;
}

/**
 * Whether the two rollouts were signed as steps of one act, by the signer's own clock, which is exact enough for a
 * proposal to a person. The first step that `stepsTo` makes may name devices that a later step sends elsewhere at once:
 * those were never to run the first one's release.
 */
function isOneAct({ entry, body }: StandingRollout, next: StandingRollout | undefined): boolean {
  if (next === undefined || body.select.devices !== undefined || next.body.select.devices === undefined)
    return false;
  const afterMs = next.entry.timeMs - entry.timeMs;
  return next.entry.author === entry.author && afterMs >= 0 && afterMs < ONE_ACT_MS;
}

/**
 * The rollouts that bring each group its release. `standing` are selectors of rollouts that the devices follow: where one of them names
 * these devices and no others it is used again, so that devices that match later come along; with it go those that were to run
 * nothing before. Everything else is a list of devices.
 */
export function stepsTo(
  view: KnownView,
  origins: readonly Origin[],
  standing: readonly Selector[],
): readonly Step[] {
  const [main, ...others] = origins.flatMap(({ release, devices }) =>
    release === undefined ? [] : [{ release, devices }],
  );
  if (main === undefined) return [];
  const without = origins.flatMap(({ release, devices }) => (release === undefined ? devices : []));
  const all = origins.flatMap(({ devices }) => devices);
  const whole = standing.find((select) => namesJust(view, select, all));
  const first =
    whole === undefined ? listsOf([...main.devices, ...without]) : ([whole] as readonly Selector[]);
  return [
    ...first.map((select) => ({ release: main.release, select })),
    ...others.flatMap(({ release, devices }) => listsOf(devices).map((select) => ({ release, select }))),
  ];
}

function namesJust(view: KnownView, select: Selector, devices: readonly NodeId[]): boolean {
  const wanted = new Set(devices);
  const named = selectedDevices(select, bodies(view));
  return named.length === wanted.size && named.every((device) => wanted.has(device));
}

function listsOf(devices: readonly NodeId[]): readonly Selector[] {
  const sorted = [...devices].sort();
  const lists: Selector[] = [];
  for (let at = 0; at < sorted.length; at += MAX_SELECTED)
    lists.push({ devices: sorted.slice(at, at + MAX_SELECTED) });
  return lists;
}

function bodies({ devices }: KnownView): readonly AdmissionBody[] {
  return Array.from(devices.values(), ({ body }) => body);
}
