import { describe, expect, test } from 'vitest';
import type { NodeId, ReleaseId, RolloutId } from '../wire/encoding/ids.ts';
import { type DeclaredPermissions, readPermissions, UNDECLARED } from '../wire/entry/permissions.ts';
import type { ReleaseManifest } from '../wire/entry/release.ts';
import { growthBetween, growthFor } from './permission-growth.ts';

const asks = (map: Parameters<typeof readPermissions>[0]) => readPermissions(map);

describe('what a release asks for beyond another (E4)', () => {
  const before = asks({ reach: ['https://*.example.com'], camera: true });

  test('is nothing where all of it was asked for before, in these words or wider ones', () => {
    expect(growthBetween(before, asks({ reach: ['https://api.example.com'], camera: true }))).toBeUndefined();
    expect(growthBetween(before, asks({}))).toBeUndefined();
    expect(growthBetween(UNDECLARED, UNDECLARED)).toBeUndefined();
  });

  test('is each address and power that is new, and what only a later version knows', () => {
    expect(
      growthBetween(
        before,
        asks({
          reach: ['https://api.example.com', 'wss://api.example.com'],
          camera: true,
          midi: true,
          popups: ['https://pay.example.com'],
          usb: true,
        }),
      ),
    ).toEqual({
      reach: ['wss://api.example.com'],
      popups: ['https://pay.example.com'],
      powers: ['usb'],
      unknown: ['midi'],
    });
    expect(growthBetween(asks({ midi: true }), asks({ midi: true }))).toMatchObject({ unknown: ['midi'] });
  });

  test('is the wider one where an exact address stood', () => {
    expect(
      growthBetween(asks({ reach: ['https://api.example.com'] }), asks({ reach: ['https://*.example.com'] })),
    ).toMatchObject({ reach: ['https://*.example.com'] });
  });
});

describe('what devices would get beyond what they are to run (E4)', () => {
  interface Standing {
    readonly product?: string;
    readonly permissions: DeclaredPermissions;
    readonly to: readonly string[];
  }

  const viewOf = (...standing: readonly Standing[]) =>
    ({
      devices: new Map(
        ['a', 'b', 'c'].map((name) => [
          name as NodeId,
          { body: { device: name as NodeId, name, site: 'Harbour', labels: {} } },
        ]),
      ),
      releases: new Map(
        standing.map(({ product = 'menu', permissions }, at) => [
          `release ${at}` as ReleaseId,
          { manifest: { product, permissions } as ReleaseManifest },
        ]),
      ),
      rollouts: standing.flatMap(({ to }, at) =>
        to.length === 0
          ? []
          : [
              {
                entry: { id: `rollout ${at}` as RolloutId },
                body: {
                  release: `release ${at}` as ReleaseId,
                  select: { devices: to as NodeId[] },
                  lacking: [],
                },
              },
            ],
      ),
    }) as unknown as Parameters<typeof growthFor>[0];
  const growth = (
    view: ReturnType<typeof viewOf>,
    devices: readonly string[],
    permissions: DeclaredPermissions,
  ) => growthFor(view, devices as NodeId[], { product: 'menu', permissions });
  const camera = asks({ autoplay: true, camera: true, fullscreen: true });

  test('counts from what each is wished to run, not from what was published', () => {
    const published = viewOf({ permissions: UNDECLARED, to: ['a'] }, { permissions: camera, to: [] });
    expect(growth(published, ['a'], camera)).toMatchObject({ powers: ['camera'] });
    expect(growth(viewOf({ permissions: camera, to: ['a'] }), ['a'], camera)).toBeUndefined();
  });

  test('counts for the one device that has less, and for one that runs another product or nothing', () => {
    const view = viewOf(
      { permissions: camera, to: ['a'] },
      { product: 'sign', permissions: camera, to: ['b'] },
    );
    expect(growth(view, ['a'], camera)).toBeUndefined();
    expect(growth(view, ['a', 'b'], camera)).toMatchObject({ powers: ['camera'] });
    expect(growth(view, ['a', 'c'], camera)).toMatchObject({ powers: ['camera'] });
  });

  test('is all of it while nobody is there: whoever joins later has agreed to nothing', () => {
    expect(growth(viewOf(), [], camera)).toMatchObject({ powers: ['camera'] });
    expect(growth(viewOf(), [], UNDECLARED)).toBeUndefined();
  });
});
