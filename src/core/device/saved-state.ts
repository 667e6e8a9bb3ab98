import { type EntryId, fromBase64Url } from '../wire/encoding/ids.ts';
import type { Floor } from '../wire/kept/high-water-mark.ts';
import { type DeviceState, FRESH_DEVICE, type Subject, type Update, type WayBack } from './state.ts';

/**
 * The state that a store gave back, rebuilt field by field: a disk may hold anything. Undefined when it is not a device's state; then the
 * device begins anew and is told what to run by the ledger.
 */
export function readDeviceState(saved: unknown): DeviceState | undefined {
  if (!isRecord(saved)) return undefined;
  const update = readUpdate(saved.update);
  if (update === undefined) return undefined;
  const running = readSubject(saved.running);
  return {
    update,
    running,
    fallback: readSubject(saved.fallback),
    floors: readFloors(saved.floors),
    badStarts: isCount(saved.badStarts) ? saved.badStarts : FRESH_DEVICE.badStarts,
    wayBack: readWayBack(saved.wayBack),
    // Versions that noted no owner ran one product after another on what lay there.
    dataOf: typeof saved.dataOf === 'string' ? saved.dataOf : running?.product,
    keptAside: Array.isArray(saved.keptAside)
      ? saved.keptAside.filter((product: unknown) => typeof product === 'string')
      : [],
  };
}

function readUpdate(value: unknown): Update | undefined {
  if (!isRecord(value)) return undefined;
  const { stage, rollout, reason, starts } = value;
  if (stage === 'idle') return { stage };
  const subject = readSubject(value.subject);
  if (subject === undefined || !isId(rollout)) return undefined;
  switch (stage) {
    case 'announced':
    case 'fetching':
    case 'verified':
    case 'armed':
    case 'committed':
    case 'withdrawn':
      return { stage, rollout, subject };
    case 'switching':
    case 'probation':
      return isCount(starts) ? { stage, rollout, subject, starts } : undefined;
    case 'rolled-back':
    case 'failed':
    case 'refused':
      return { stage, rollout, subject, reason: typeof reason === 'string' ? reason : '' };
    default:
      return undefined;
  }
}

function readWayBack(value: unknown): WayBack | undefined {
  if (!isRecord(value)) return undefined;
  const { rollout, product, by, tries } = value;
  if (!isId(rollout) || typeof product !== 'string' || !isCount(tries)) return undefined;
  return by === 'copy' || by === 'clearing' ? { rollout, product, by, tries } : undefined;
}

function readSubject(value: unknown): Subject | undefined {
  if (!isRecord(value) || !isRecord(value.health)) return undefined;
  const { release, product, version, counter, health } = value;
  if (!isId(release) || typeof product !== 'string' || typeof version !== 'string' || !isCount(counter))
    return undefined;
  const known = { release, product, version, counter, ...(value.dataStays === true && { dataStays: true }) };
  if (health.type === 'call' && isCount(health.withinMs))
    return { ...known, health: { type: 'call', withinMs: health.withinMs } };
  if (health.type === 'quiet' && isCount(health.forMs))
    return { ...known, health: { type: 'quiet', forMs: health.forMs } };
  return undefined;
}

function readFloors(value: unknown): DeviceState['floors'] {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([product, floors]) => [
      product,
      (Array.isArray(floors) ? floors : []).flatMap((floor: unknown): Floor[] =>
        isRecord(floor) && isCount(floor.counter) && isId(floor.release)
          ? [{ counter: floor.counter, release: floor.release }]
          : [],
      ),
    ]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isId(value: unknown): value is EntryId {
  return typeof value === 'string' && fromBase64Url(value)?.length === 32;
}
