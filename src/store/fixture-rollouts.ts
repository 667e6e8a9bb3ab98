import type { NodeId, ReleaseId, RolloutId } from '../core/wire/encoding/ids.ts';
import type { Commands, PlannedStep, Step } from './commands.ts';
import type { DeviceRow, FleetModel, Selector } from './model.ts';

/** What the selector names among `devices`, as the node would. */
function matchDevices(devices: readonly DeviceRow[], select: Selector): readonly NodeId[] {
  return devices
    .filter(
      (device) =>
        (select.devices === undefined || select.devices.includes(device.id)) &&
        (select.sites === undefined || select.sites.includes(device.site)) &&
        Object.entries(select.labels ?? {}).every(([key, value]) => device.labels[key] === value),
    )
    .map((device) => device.id);
}

/** Rollouts of a sample in which all that is not the newest of its product has to be published again. */
export function createFixtureRollouts(
  model: FleetModel,
): Pick<Commands, 'preview' | 'planRollouts' | 'wayBack' | 'startRollouts' | 'filesHere' | 'fetchFiles'> {
  const plan = ({ release, select }: Step, earlier: number): PlannedStep => {
    const row = model.releases.find(({ id }) => id === release);
    const counters = model.releases
      .filter(({ product }) => product === row?.product)
      .map(({ counter }) => counter);
    const highest = Math.max(...counters);
    return {
      release,
      select,
      devices: matchDevices(model.devices, select),
      course:
        row?.counter === highest
          ? { type: 'roll-out', release, counter: highest }
          : { type: 'publish-again', counter: highest + 1 + earlier },
    };
  };
  return {
    preview: (select) => matchDevices(model.devices, select),
    planRollouts: (steps) => steps.map(plan),
    wayBack: (from, to) => {
      const [now, before, , other] = model.releases;
      if (now === undefined || before === undefined || other === undefined)
        return { now: [], origins: [], steps: [] };
      const devices =
        from.type === 'device'
          ? [from.device]
          : from.type === 'rollout' && from.rollout !== model.rollouts[0]?.id
            ? []
            : model.devices.filter(({ target }) => target?.release === now.id).map(({ id }) => id);
      const [first, ...rest] = devices;
      const origins = [
        { release: before.id, devices: rest.length > 0 ? rest : devices },
        ...(first !== undefined && rest.length > 0 ? [{ release: other.id, devices: [first] }] : []),
      ];
      const targets = to === undefined ? origins : [{ release: to, devices }];
      const steps = targets.map((target, index) =>
        plan({ release: target.release, select: { devices: target.devices } }, index),
      );
      return { now: [now.id], origins, steps: devices.length === 0 ? [] : steps };
    },
    startRollouts: async () => model.rollouts[0]?.id ?? ('' as RolloutId),
    filesHere: async (release: ReleaseId) => {
      const row = model.releases.find(({ id }) => id === release);
      const missing = row?.held === 'whole' ? 0 : 3;
      return { missingFiles: missing, missingBytes: missing * 40_000, sizeBytes: row?.sizeBytes ?? 0 };
    },
    fetchFiles: async () => {},
  };
}
