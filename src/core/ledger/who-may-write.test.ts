import { describe, expect, test } from 'vitest';
import type { CborMap } from '../wire/encoding/shape.ts';
import { admissionBody } from '../wire/entry/admission.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { type HeardRole, readRole } from '../wire/entry/grant.ts';
import { releaseBody, releasePath } from '../wire/entry/release.ts';
import { ackBody, revokeBody } from '../wire/entry/revoke.ts';
import { rolloutBody, rolloutPath } from '../wire/entry/rollout.ts';
import { linkBody, modeBody, revertBody, slinkBody, valueBody } from '../wire/entry/tree.ts';
import { createLedger } from './ledger.ts';
import { createEntryWriter, grantTo, keyOf } from './testing/entry-writer.ts';
import { manifestOf } from './testing/random-history.ts';
import { foldWritten, refusalOf, twoQuorumFleet } from './testing/two-quorum-fleet.ts';

/** By the letter that stands for it below. `R`: a root key that names no grant; `g`: a role of a later version. */
const ROLES = { R: 'root', r: 'release', o: 'operator', b: 'beacon', d: 'device', g: 'gate' } as const;
const DEVICE = keyOf('device');
const ADMISSION = admissionBody({ device: DEVICE, name: 'Till', site: 'shop', labels: {} });
const PATHS = [
  '/',
  '/config',
  '/config/fleet/theme',
  '/devices',
  `/devices/${DEVICE}`,
  '/releases',
  releasePath('app', 1),
  '/releases/app',
  '/releases/app/1/more',
  '/releases-of-old',
  '/rollouts',
  rolloutPath(1),
  '/rollouts/1',
  '/rollouts/00000001/more',
  '/services/printer',
  '/later/kind',
] as const;

/**
 * Every path of interest, every action, every role: who may write it, as one column of letters. The body is the one that the path asks
 * for, so that `-`, which says that nobody may, means the path and the action alone.
 */
function tableOf(paths: readonly string[]): string {
  const writer = createEntryWriter({ keys: ['root'], threshold: 1 });
  const grantOf = (name: string, roles: readonly HeardRole[]) =>
    writer.write({ by: 'root', action: 'grant', body: grantTo([name], { roles }) });
  const all = grantOf('all', ['release', 'operator', 'beacon', 'device']);
  const grants = Object.fromEntries(
    Object.values(ROLES).map((role) => [role, role === 'root' ? undefined : grantOf(role, [readRole(role)])]),
  );
  const release = writer.write({
    by: 'all',
    grant: all,
    action: 'create',
    path: releasePath('app', 1),
    body: releaseBody(manifestOf('app', 1)),
  });
  const contentBody = (path: string): CborMap => {
    if (path.startsWith('/releases/')) return { ...releaseBody(manifestOf('app', 1)), ...valueBody(1) };
    if (path.startsWith('/rollouts/'))
      return { ...rolloutBody({ release: release.id, select: {} }), ...valueBody(1) };
    return path.startsWith('/devices/') ? { ...ADMISSION, ...valueBody(1) } : valueBody(1);
  };

  const trials = paths.flatMap((path) => {
    const earlier = writer.write({ by: 'all', grant: all, action: 'mkdir', path });
    const bodies: Readonly<Record<string, (role: string) => CborMap>> = {
      create: () => contentBody(path),
      update: () => contentBody(path),
      admit: () => ADMISSION,
      mkdir: () => ({}),
      delete: () => ({}),
      revert: () => revertBody(earlier.id),
      link: () => linkBody(earlier.id),
      slink: () => slinkBody('/config'),
      mode: () => modeBody(true),
      beacon: () => ({}),
      later: () => ({}),
      grant: (role) => grantTo(['guest'], { roles: [role === 'root' ? 'release' : readRole(role)] }),
      revoke: () => revokeBody({ key: keyOf('nobody'), frontier: [], reason: 'left' }),
      ack: () => ackBody({ entries: [earlier.id] }),
    };
    return Object.entries(bodies).map(([action, body]) => ({
      path,
      action,
      entries: Object.entries(ROLES).map(([letter, role]) => ({
        letter,
        entry: writer.write({
          by: role,
          grant: grants[role],
          action,
          path,
          body: body(role),
          parents: path.startsWith('/rollouts/') ? [release] : [],
        }),
      })),
    }));
  });
  const ledger = createLedger(writer.genesis.id);
  for (const received of writer.written) ledger.receive(received);

  const actions = [...new Set(trials.map(({ action }) => action))];
  const rows = paths.map((path) => {
    const cells = actions.map((action) => {
      const { entries } = trials.find((trial) => trial.path === path && trial.action === action)!;
      const may = entries.filter(({ entry }) => ledger.accepted(entry.id) !== undefined);
      return may.map(({ letter }) => letter).join('') || '-';
    });
    return [path.replace(DEVICE, '<key>'), ...cells];
  });
  const widths = ['path', ...actions].map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]!.length)),
  );
  return [['path', ...actions], ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join(' ')
        .trimEnd(),
    )
    .join('\n');
}

describe('who may write where (L3, L5, W12)', () => {
  test('by path, action and role', () => {
    expect(`\n${tableOf(PATHS)}\n`).toBe(`
path                    create update admit mkdir delete revert link slink mode beacon later grant  revoke ack
/                       o      o      -     o     o      o      o    o     o    b      o     Rrobdg Rrobdg Rrobdg
/config                 o      o      -     o     o      o      o    o     o    b      o     Rrobdg Rrobdg Rrobdg
/config/fleet/theme     o      o      -     o     o      o      o    o     o    b      o     Rrobdg Rrobdg Rrobdg
/devices                o      o      -     o     o      o      o    o     o    b      o     Rrobdg Rrobdg Rrobdg
/devices/<key>          -      -      o     o     o      o      o    o     o    b      o     Rrobdg Rrobdg Rrobdg
/releases               r      r      -     r     r      r      r    r     r    b      r     Rrobdg Rrobdg Rrobdg
/releases/app/1         r      -      -     r     r      r      r    r     r    b      r     Rrobdg Rrobdg Rrobdg
/releases/app           -      -      -     r     r      r      r    r     r    b      r     Rrobdg Rrobdg Rrobdg
/releases/app/1/more    r      r      -     r     r      r      r    r     r    b      r     Rrobdg Rrobdg Rrobdg
/releases-of-old        rog    rog    -     rog   rog    rog    rog  rog   rog  b      rog   Rrobdg Rrobdg Rrobdg
/rollouts               o      o      -     o     o      o      o    o     o    b      o     Rrobdg Rrobdg Rrobdg
/rollouts/00000001      o      o      -     o     o      o      o    o     o    b      o     Rrobdg Rrobdg Rrobdg
/rollouts/1             -      -      -     o     o      o      o    o     o    b      o     Rrobdg Rrobdg Rrobdg
/rollouts/00000001/more o      o      -     o     o      o      o    o     o    b      o     Rrobdg Rrobdg Rrobdg
/services/printer       o      o      -     o     o      o      o    o     o    b      o     Rrobdg Rrobdg Rrobdg
/later/kind             rog    rog    -     rog   rog    rog    rog  rog   rog  b      rog   Rrobdg Rrobdg Rrobdg
`);
  });

  test('what stands at a path has the shape that the path asks for', () => {
    const { writer, op, publish, rollOut } = twoQuorumFleet();
    const write = (action: string, path: string, body: CborMap) =>
      refusalOf(writer, writer.write({ by: 'op', grant: op, action, path, body }));
    expect(write('update', '/config/fleet/theme', {})).toBe('L3-body');
    expect(write('admit', `/devices/${keyOf('another')}`, ADMISSION)).toBe('L3-body');
    expect(write('admit', `/devices/${DEVICE}`, { ...ADMISSION, site: 7 })).toBe('L3-body');
    const release = publish(1);
    expect(refusalOf(writer, rollOut(release, { parents: [] }))).toBe('L3-body');
    expect(refusalOf(writer, rollOut(release))).toBeUndefined();
  });

  test('what stands deeper than a release, a rollout or an admission, or in a folder of a later version, means nothing (W12)', () => {
    const { writer, rel, op, publish, rollOut } = twoQuorumFleet();
    const release = publish(1);
    const deeper = publish(2, { path: `${releasePath('app', 2)}/more` });
    const rollout = rollOut(release);
    rollOut(release, { path: `${rolloutPath(1)}/more` });
    const write = (by: string, grant: Entry, path: string, body: CborMap) =>
      refusalOf(writer, writer.write({ by, grant, action: 'create', path, body }));
    expect(write('op', op, `/devices/${DEVICE}/more`, ADMISSION)).toBeUndefined();
    expect(write('rel', rel, '/later/kind', { anything: 1 })).toBeUndefined();
    const ledger = foldWritten(writer);
    expect(ledger.accepted(deeper.id)).toBeDefined();
    expect([...ledger.view.releases.keys()]).toEqual([release.id]);
    expect(ledger.view.rollouts.map(({ entry }) => entry.id)).toEqual([rollout.id]);
    expect(ledger.view.devices.size).toBe(0);
  });

  test('a rollout is of a release, not of what stands beside or below one', () => {
    const { writer, publish, rollOut } = twoQuorumFleet();
    const directory = publish(1, { action: 'mkdir' });
    const deeper = publish(2, { path: `${releasePath('app', 2)}/more` });
    expect(refusalOf(writer, rollOut(directory))).toBe('L3-body');
    expect(refusalOf(writer, rollOut(deeper))).toBe('L3-body');
  });
});
