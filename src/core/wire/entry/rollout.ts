import { bytesOfId, type NodeId, type ReleaseId } from '../encoding/ids.ts';
import { LABEL_BOUNDS } from '../encoding/limits.ts';
import { WireError } from '../encoding/refusal.ts';
import { type CborMap, readable, readId, readList, readMap, readName, readTexts } from '../encoding/shape.ts';
import { FOLDERS } from './folders.ts';
import { readNeeds, unknownConditions } from './needs.ts';

/** Body of a rollout: the standing wish that the devices which `select` names run `release`. At /rollouts/<number>. */
export interface RolloutBody {
  readonly release: ReleaseId;
  readonly select: Selector;
}

/** As it is read: `lacking` names what it asks for beyond what this version knows. Where it names anything, nothing is done by it. */
export interface ReadRolloutBody extends RolloutBody {
  readonly lacking: readonly string[];
}

/** Which devices a rollout is for. Every condition that is named must hold; an empty one names all devices. */
export interface Selector {
  readonly devices?: readonly NodeId[];
  readonly sites?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** A guess: a list of so many ids takes half of an entry. */
export const MAX_SELECTED = 1000;
const ROLLOUT_PATH = new RegExp(`^${FOLDERS.rollouts}/(\\d{8})$`);

/** Throws WireError for what readRolloutBody would refuse. */
export function rolloutBody(rollout: RolloutBody): CborMap {
  const { devices, sites, labels } = rollout.select;
  const body = {
    kind: 'rollout',
    release: bytesOfId(rollout.release),
    select: {
      ...(devices && { devices: devices.map(bytesOfId) }),
      ...(sites && { sites }),
      ...(labels && { labels }),
    },
  } as CborMap;
  return readable(body, readRolloutBody);
}

export function readRolloutBody(body: CborMap): ReadRolloutBody {
  if (body.kind !== 'rollout') throw new WireError('the body is not that of a rollout');
  const select = readMap(body.select, 'select');
  return {
    release: readId<ReleaseId>(body.release, 'the release of the rollout'),
    select: {
      ...(select.devices !== undefined && {
        devices: readList(select.devices, 'selected devices', MAX_SELECTED).map((item) =>
          readId<NodeId>(item, 'a selected device'),
        ),
      }),
      ...(select.sites !== undefined && {
        sites: readList(select.sites, 'selected sites', MAX_SELECTED).map((item) =>
          readName(item, 'a selected site', 100),
        ),
      }),
      ...(select.labels !== undefined && {
        labels: readTexts(select.labels, 'selected labels', LABEL_BOUNDS),
      }),
    },
    lacking: [...readNeeds(body), ...unknownConditions(select, ['devices', 'sites', 'labels'])],
  };
}

/** Numbers are padded so that the order of paths is the order of numbers. */
export function rolloutPath(number: number): string {
  return `${FOLDERS.rollouts}/${String(number).padStart(8, '0')}`;
}

export function rolloutNumber(path: string): number | undefined {
  const match = ROLLOUT_PATH.exec(path);
  return match ? Number(match[1]) : undefined;
}
