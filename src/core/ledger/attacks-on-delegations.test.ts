import { describe, expect, test } from 'vitest';
import type { Entry } from '../wire/entry/entry.ts';
import { readRole } from '../wire/entry/grant.ts';
import { revokeBody } from '../wire/entry/revoke.ts';
import { rolloutBody, rolloutPath } from '../wire/entry/rollout.ts';
import { valueBody } from '../wire/entry/tree.ts';
import { type Draft, type EntryWriter, grantTo, keyOf } from './testing/entry-writer.ts';
import { foldWritten, refusalOf, twoQuorumFleet } from './testing/two-quorum-fleet.ts';

describe('TUF 5.6.7, delegations', () => {
  test('a role is verified against its current delegator: what hangs under a revoked one is void', () => {
    const { writer } = twoQuorumFleet();
    const boss = writer.write({ by: 'root', action: 'grant', body: grantTo(['boss']) });
    const sub = writer.write({ by: 'boss', grant: boss, action: 'grant', body: grantTo(['sub']) });
    const value = writer.write({
      by: 'sub',
      grant: sub,
      action: 'update',
      path: '/config',
      body: valueBody(1),
    });
    writer.write({
      by: 'root',
      action: 'revoke',
      body: revokeBody({ key: keyOf('boss'), frontier: [boss.id], reason: 'left' }),
    });
    expect(foldWritten(writer).standing(value.id)).toMatchObject({ rule: 'L13-under-void' });
  });

  test('the diamond: one key under two delegators keeps what it wrote under the one that still counts', () => {
    const { writer } = twoQuorumFleet();
    const [left, right] = ['left', 'right'].map((name) =>
      writer.write({ by: 'root', action: 'grant', body: grantTo([name]) }),
    );
    const values = [left, right].map((grant, at) => {
      const by = at === 0 ? 'left' : 'right';
      const sub = writer.write({ by, grant, action: 'grant', body: grantTo(['sub']) });
      const path = `/config/${by}`;
      return writer.write({ by: 'sub', grant: sub, action: 'update', path, body: valueBody(at) });
    });
    writer.write({
      by: 'root',
      action: 'revoke',
      body: revokeBody({ key: keyOf('left'), frontier: [left!.id], reason: 'left' }),
    });
    const ledger = foldWritten(writer);
    expect(ledger.standing(values[0]!.id)).toMatchObject({ rule: 'L13-under-void' });
    expect(ledger.standing(values[1]!.id)).toEqual({ type: 'effective' });
  });

  test('nobody passes on more than it holds: path, role, time, the right to pass on', () => {
    const { writer } = twoQuorumFleet();
    const boss = writer.write({
      by: 'root',
      action: 'grant',
      path: '/config',
      expiresAtMs: 5_000,
      body: grantTo(['boss'], { roles: ['operator'] }),
    });
    const give = (rest: Partial<Parameters<EntryWriter['write']>[0]>) =>
      writer.write({
        by: 'boss',
        grant: boss,
        action: 'grant',
        path: '/config',
        expiresAtMs: 5_000,
        body: grantTo(['sub'], { roles: ['operator'] }),
        ...rest,
      });
    expect(refusalOf(writer, give({}))).toBeUndefined();
    expect(refusalOf(writer, give({ path: '/' }))).toBe('L5-scope');
    expect(refusalOf(writer, give({ path: '/configuration' }))).toBe('L5-scope');
    expect(refusalOf(writer, give({ body: grantTo(['sub'], { roles: ['release'] }) }))).toBe('L5-scope');
    expect(refusalOf(writer, give({ expiresAtMs: 6_000 }))).toBe('L5-scope');
  });

  test('who was not given the right to pass on gives nothing on, not even what it holds (L5)', () => {
    const { writer, op } = twoQuorumFleet();
    const given = { roles: ['operator'], mayGrant: false } as const;
    const sub = writer.write({ by: 'op', grant: op, action: 'grant', body: grantTo(['sub'], given) });
    expect(refusalOf(writer, sub)).toBe('L5-scope');
  });

  test('an invitation for one path is not taken up for the whole fleet', () => {
    const { writer } = twoQuorumFleet();
    const invitation = writer.write({
      by: 'root',
      action: 'grant',
      path: '/config',
      body: grantTo(['link'], { roles: ['operator'], invitation: true }),
    });
    const join = (path: string) =>
      writer.write({
        by: 'guest',
        grant: invitation,
        action: 'grant',
        path,
        voucher: 'link',
        body: grantTo(['guest'], { roles: ['operator'], mayGrant: false }),
      });
    expect(refusalOf(writer, join('/'))).toBe('L5-scope');
    expect(refusalOf(writer, join('/config'))).toBeUndefined();
  });

  test('endless delegation: grants hang at most 16 deep', () => {
    const { writer } = twoQuorumFleet();
    let grant = writer.write({ by: 'root', action: 'grant', body: grantTo(['k']) });
    for (let depth = 2; depth <= 16; depth++)
      grant = writer.write({ by: 'k', grant, action: 'grant', body: grantTo(['k']) });
    expect(refusalOf(writer, grant)).toBeUndefined();
    const deeper = writer.write({ by: 'k', grant, action: 'grant', body: grantTo(['k']) });
    expect(refusalOf(writer, deeper)).toBe('L5-scope');
  });
});

describe('a role that this version does not know (L5, W12)', () => {
  const GATE = readRole('gate');

  test('of a made-up name entitles to nothing that this version reads, alone or beside a known one', () => {
    const { writer, publish } = twoQuorumFleet();
    const release = publish(1);
    for (const [by, roles] of [
      ['mal', [GATE, readRole('operators'), readRole('release-all'), readRole('constructor')]],
      ['bea', ['beacon', 'device', GATE]],
      ['rel2', ['release', GATE]],
    ] as const) {
      const grant = writer.write({ by: 'root', action: 'grant', body: grantTo([by], { roles }) });
      const write = (action: string, path: string, rest: Partial<Draft> = {}) =>
        refusalOf(writer, writer.write({ by, grant, action, path, body: valueBody(1), ...rest }));
      expect(refusalOf(writer, grant)).toBeUndefined();
      for (const path of [
        '/',
        '/config',
        '/config/theme',
        '/services/printer',
        '/devices',
        '/rollouts/1/more',
      ])
        for (const action of ['update', 'delete', 'mkdir', 'paint'])
          expect(write(action, path), `${by} ${action} ${path}`).toBe('L5-scope');
      const rollout = { parents: [release], body: rolloutBody({ release: release.id, select: {} }) };
      expect(write('create', rolloutPath(1), rollout)).toBe('L5-scope');
      if (by !== 'rel2') {
        expect(write('mkdir', '/releases/app')).toBe('L5-scope');
        expect(write('create', '/releases/app/2/more')).toBe('L5-scope');
      }
      expect(write('create', '/gates/lobby', { body: { open: true } })).toBeUndefined();
    }
  });

  test('writes in folders of its own version only within the path of its grant', () => {
    const { writer } = twoQuorumFleet();
    const body = grantTo(['gina'], { roles: [GATE] });
    const grant = writer.write({ by: 'root', action: 'grant', path: '/gates', body });
    const write = (path: string) =>
      refusalOf(writer, writer.write({ by: 'gina', grant, action: 'create', path, body: { open: true } }));
    expect(write('/gates/lobby')).toBeUndefined();
    expect(write('/doors/lobby')).toBe('L5-scope');
  });

  test('is given away by the root, and by who holds it and may pass it on', () => {
    const { writer, op } = twoQuorumFleet();
    const give = (by: string, grant: Entry | undefined, roles: Parameters<typeof grantTo>[1]) =>
      writer.write({ by, grant, action: 'grant', body: grantTo(['sub'], roles) });
    expect(refusalOf(writer, give('op', op, { roles: [GATE] }))).toBe('L5-scope');
    const body = (mayGrant: boolean) => grantTo(['gina'], { roles: [GATE], mayGrant });
    const [holder, passer] = [false, true].map((mayGrant) =>
      writer.write({ by: 'root', action: 'grant', body: body(mayGrant) }),
    );
    expect(refusalOf(writer, give('gina', holder, { roles: [GATE] }))).toBe('L5-scope');
    expect(refusalOf(writer, give('gina', passer, { roles: [GATE] }))).toBeUndefined();
    for (const more of ['operator', 'device', 'doors'].map(readRole))
      expect(refusalOf(writer, give('gina', passer, { roles: [GATE, more] }))).toBe('L5-scope');
  });

  test('of an invitation is taken up as it is, and no other with it', () => {
    const { writer } = twoQuorumFleet();
    const body = grantTo(['link'], { roles: [GATE], invitation: true });
    const invitation = writer.write({ by: 'root', action: 'grant', body });
    const join = (name: string) =>
      refusalOf(
        writer,
        writer.write({
          by: 'guest',
          grant: invitation,
          action: 'grant',
          voucher: 'link',
          body: grantTo(['guest'], { roles: [readRole(name)], mayGrant: false }),
        }),
      );
    expect(join('gate')).toBeUndefined();
    expect(join('doors')).toBe('L5-scope');
    expect(join('operator')).toBe('L5-scope');
  });
});

describe('TUF 5.3.10 and 5.6.6, expired metadata', () => {
  test('what its own clock dates after the end of its grant is refused', () => {
    const { writer } = twoQuorumFleet();
    const grant = writer.write({
      by: 'root',
      action: 'grant',
      expiresAtMs: 5_000,
      body: grantTo(['temp']),
    });
    const set = (timeMs: number) =>
      writer.write({ by: 'temp', grant, action: 'update', path: '/config', timeMs, body: valueBody(timeMs) });
    expect(refusalOf(writer, set(5_000))).toBeUndefined();
    expect(refusalOf(writer, set(5_001))).toBe('L6-expired');
  });
});

describe('a revoke (L12)', () => {
  const revoke = (writer: EntryWriter, key: string, spared: readonly Entry[], rest: Partial<Draft> = {}) =>
    writer.write({
      by: 'root',
      action: 'revoke',
      body: revokeBody({ key: keyOf(key), frontier: spared.map(({ id }) => id).sort(), reason: 'left' }),
      ...rest,
    });

  test('goes on to spare what it spares when another revoke of the key comes and goes', () => {
    const { writer } = twoQuorumFleet();
    const boss = writer.write({ by: 'root', action: 'grant', body: grantTo(['boss']) });
    const ann = writer.write({ by: 'boss', grant: boss, action: 'grant', body: grantTo(['ann']) });
    const value = writer.write({
      by: 'ann',
      grant: ann,
      action: 'update',
      path: '/config',
      body: valueBody(1),
    });
    revoke(writer, 'ann', [value]);
    revoke(writer, 'ann', [], { by: 'boss', grant: boss });
    expect(foldWritten(writer).standing(value.id)).toMatchObject({ type: 'void', rule: 'L12-revoked' });
    revoke(writer, 'boss', [boss, ann]);
    expect(foldWritten(writer).standing(value.id)).toEqual({ type: 'effective' });
  });

  test('of its author voids an entry, though enough others have signed it', () => {
    const { writer } = twoQuorumFleet();
    const names = ['ann', 'ben', 'cyd'];
    const grant = writer.write({ by: 'root', action: 'grant', body: grantTo(names, { threshold: 2 }) });
    const write = (by: string, path: string) =>
      writer.write({ by, with: names, grant, action: 'update', path, body: valueBody(1) });
    const [theirs, ours] = [write('ann', '/config/a'), write('ben', '/config/b')];
    revoke(writer, 'ann', []);
    expect(foldWritten(writer).standing(theirs.id)).toMatchObject({ type: 'void', rule: 'L12-revoked' });
    expect(foldWritten(writer).standing(ours.id)).toEqual({ type: 'effective' });
  });

  test.each(['before', 'after'])(
    'below one path reaches what a puppet with a grant for all paths wrote there %s it came, and nothing beside',
    (order) => {
      const { writer } = twoQuorumFleet();
      const boss = writer.write({ by: 'root', action: 'grant', body: grantTo(['boss']) });
      const puppet = writer.write({ by: 'boss', grant: boss, action: 'grant', body: grantTo(['puppet']) });
      const write = (path: string) =>
        writer.write({ by: 'puppet', grant: puppet, action: 'update', path, body: valueBody(1) });
      const writeAll = () => [write('/config/a'), write('/services/a')] as const;
      const limit = () => revoke(writer, 'boss', [], { path: '/config' });
      const values = order === 'before' ? writeAll() : undefined;
      limit();
      const [within, beside] = values ?? writeAll();
      const ledger = foldWritten(writer);
      expect(ledger.standing(within.id)).toMatchObject({ type: 'void', rule: 'L12-revoked' });
      expect(ledger.standing(beside.id)).toEqual({ type: 'effective' });
    },
  );
});
