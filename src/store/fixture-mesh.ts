import type { NodeId } from '../core/wire/encoding/ids.ts';
import type { NextId } from './fixture-random.ts';
import type { DeviceRow, MeshLink, MeshModel } from './model.ts';

const MINUTE = 60_000;

export function createTurnedAway(nextId: NextId, nowMs: number): MeshModel['turnedAway'] {
  const [banned, refused] = [nextId<NodeId>(), nextId<NodeId>()];
  return [
    {
      key: banned,
      id: banned,
      name: 'Till 4',
      reason: 'a message of a type that is not known here',
      atMs: nowMs - 20 * MINUTE,
      times: 2,
      bannedUntilMs: nowMs + 100 * MINUTE,
    },
    {
      key: `${refused} timed-out`,
      id: refused,
      name: refused,
      reason: 'The other node did not prove its key within 10000 ms.',
      atMs: nowMs - 3 * MINUTE,
      times: 7,
      bannedUntilMs: undefined,
    },
  ];
}

export function createMesh(
  self: NodeId,
  ownSite: string,
  devices: readonly DeviceRow[],
  random: () => number,
): Omit<MeshModel, 'turnedAway'> {
  const present = devices.filter((device) => device.presence === 'present').slice(0, 60);
  const links: MeshLink[] = [];
  for (const [index, device] of present.entries()) {
    const neighbour = present[index + 1];
    if (neighbour?.site === device.site) {
      links.push({
        from: device.id,
        to: neighbour.id,
        rung: 'lan',
        roundTripMs: undefined,
        traffic: undefined,
      });
    }
    if (index % 6 === 0) {
      const rung =
        (['punched', 'lan', 'turn-udp', 'turn-tcp', 'relay', 'unknown'] as const)[(index / 6) % 6] ??
        'unknown';
      links.push({
        from: self,
        to: device.id,
        rung,
        roundTripMs: rung === 'unknown' ? undefined : 14 + random() * 60,
        traffic: {
          bytesSent: Math.round(random() * 40_000_000),
          bytesReceived: Math.round(random() * 2_000_000),
          lossShare: rung === 'relay' || rung === 'unknown' ? undefined : index % 12 === 0 ? 0.02 : 0,
        },
      });
    }
  }
  return {
    nodes: [
      { id: self, name: 'This browser', site: ownSite, kind: 'self' },
      ...present.map(({ id, name, site }) => ({ id, name, site, kind: 'device' as const })),
    ],
    links,
  };
}
