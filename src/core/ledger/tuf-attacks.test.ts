import { describe, expect, test } from 'vitest';
import type { Entry } from '../wire/entry.ts';
import { rootBody } from '../wire/genesis.ts';
import { releaseBody, releasePath } from '../wire/release.ts';
import { revokeBody } from '../wire/revoke.ts';
import { rolloutBody, rolloutPath } from '../wire/rollout.ts';
import { linkBody, valueBody } from '../wire/tree.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createEntryWriter, type EntryWriter, grantTo, keyOf } from './testing/entry-writer.ts';
import { manifestOf } from './testing/random-history.ts';

const RELEASES = { roles: ['release'], mayGrant: false } as const;
const OPERATORS = { roles: ['operator'], mayGrant: false } as const;

function fold({ genesis, written }: EntryWriter): Ledger {
  const ledger = createLedger(genesis.id);
  for (const received of written) ledger.receive(received);
  return ledger;
}

/** Why the ledger turned the entry away; undefined when it took it. */
function refusalOf(writer: EntryWriter, wanted: Entry): string | undefined {
  const ledger = createLedger(writer.genesis.id);
  const events = writer.written.flatMap((received) => ledger.receive(received));
  const refusal = events.find((event) => event.type === 'entry-refused' && event.id === wanted.id);
  return refusal?.type === 'entry-refused' ? refusal.rule : undefined;
}

/** A fleet whose release, operator and root keys are different people's. */
function fleet() {
  const writer = createEntryWriter({ keys: ['root'], threshold: 1 });
  const rel = writer.write({ by: 'root', action: 'grant', body: grantTo(['rel'], RELEASES) });
  const op = writer.write({ by: 'root', action: 'grant', body: grantTo(['op'], OPERATORS) });
  const publish = (counter: number, rest: Partial<Parameters<EntryWriter['write']>[0]> = {}) =>
    writer.write({
      by: 'rel',
      grant: rel,
      action: 'create',
      path: releasePath('app', counter),
      body: releaseBody(manifestOf('app', counter)),
      ...rest,
    });
  const rollOut = (release: Entry, rest: Partial<Parameters<EntryWriter['write']>[0]> = {}) =>
    writer.write({
      by: 'op',
      grant: op,
      action: 'create',
      path: rolloutPath(1),
      parents: [release],
      body: rolloutBody({ release: release.id, select: {} }),
      ...rest,
    });
  return { writer, rel, op, publish, rollOut };
}

describe('TUF 1.5.2, arbitrary software: nothing is published or rolled out without both roles', () => {
  test('a stranger', () => {
    const { writer, publish } = fleet();
    expect(refusalOf(writer, publish(1, { by: 'eve' }))).toBe('L4-authority');
    expect(refusalOf(writer, publish(1, { by: 'eve', grant: undefined }))).toBe('L4-authority');
    expect(refusalOf(writer, publish(1, { by: 'eve', grant: writer.genesis }))).toBe('L4-authority');
    expect(fold(writer).view.releases.size).toBe(0);
  });

  test('an operator alone, a release key alone, a root key alone', () => {
    const { writer, rel, op, publish, rollOut } = fleet();
    expect(refusalOf(writer, publish(1, { by: 'op', grant: op }))).toBe('L5-scope');
    const release = publish(2);
    expect(refusalOf(writer, rollOut(release, { by: 'rel', grant: rel }))).toBe('L5-scope');
    expect(refusalOf(writer, publish(3, { by: 'root', grant: undefined }))).toBe('L5-scope');
  });

  test('a rollout of what is no release', () => {
    const { writer, op, rollOut } = fleet();
    const value = writer.write({
      by: 'op',
      grant: op,
      action: 'update',
      path: '/config',
      body: { ...valueBody(1), ...releaseBody(manifestOf('app', 9)) },
    });
    expect(refusalOf(writer, rollOut(value))).toBe('L3-body');
  });
});

describe('TUF 5.4.3 and 5.6.5, rollback: an old counter does not follow a newer one', () => {
  test('a release that names a newer one as its parent', () => {
    const { writer, publish } = fleet();
    const second = publish(2);
    expect(refusalOf(writer, publish(1, { parents: [second] }))).toBe('L7-counter');
    expect(refusalOf(writer, publish(2, { parents: [second], timeMs: 2_000 }))).toBe('L7-counter');
  });

  test.each(['mkdir', 'delete', 'slink'])(
    'a "%s" with the body of an old release is no release',
    (action) => {
      const { writer, publish } = fleet();
      const second = publish(2);
      const body = { ...releaseBody(manifestOf('app', 1)), target: '/x' };
      publish(1, { action, parents: [second], body });
      expect([...fold(writer).view.releases.keys()]).toEqual([second.id]);
    },
  );

  test('a release cannot be changed in its place', () => {
    const { writer, publish } = fleet();
    const first = publish(1);
    expect(refusalOf(writer, publish(1, { action: 'update', parents: [first] }))).toBe('L3-body');
  });
});

describe('TUF 1.5.2, fast-forward: a stolen release key publishes a huge counter', () => {
  test('after its revoke the next honest counter is accepted, and counts', () => {
    const { writer, publish } = fleet();
    const honest = publish(1);
    const huge = publish(2 ** 53 - 1, { parents: [honest] });
    const revoke = writer.write({
      by: 'root',
      action: 'revoke',
      body: revokeBody({ key: keyOf('rel'), frontier: [honest.id], reason: 'stolen' }),
    });
    const grant = writer.write({
      by: 'root',
      action: 'grant',
      knowing: [revoke],
      body: grantTo(['rel2'], RELEASES),
    });
    const next = publish(2, { by: 'rel2', grant, parents: [honest] });
    const { view } = fold(writer);
    expect([...view.releases.keys()].sort()).toEqual([honest.id, next.id].sort());
    expect(view.releases.has(huge.id)).toBe(false);
  });

  test('a rollout with the last number there is holds nobody back after its revoke', () => {
    const { writer, publish, rollOut } = fleet();
    const release = publish(1);
    rollOut(release, { path: rolloutPath(99_999_999) });
    writer.write({
      by: 'root',
      action: 'revoke',
      body: revokeBody({ key: keyOf('op'), frontier: [], reason: 'stolen' }),
    });
    expect(fold(writer).view.rollouts).toEqual([]);
  });
});

describe('Uptane 3.2, mix-and-match, wrong product, wrong channel', () => {
  test('a manifest stands only at the path of its product and counter', () => {
    const { writer, publish } = fleet();
    expect(refusalOf(writer, publish(1, { path: releasePath('other', 1) }))).toBe('L3-body');
    expect(refusalOf(writer, publish(1, { path: releasePath('app', 2) }))).toBe('L3-body');
  });

  test('a key for one product publishes no other, though the name begins alike', () => {
    const { writer, publish } = fleet();
    const grant = writer.write({
      by: 'root',
      action: 'grant',
      path: '/releases/app',
      body: grantTo(['one'], RELEASES),
    });
    const body = releaseBody(manifestOf('app-two', 1));
    const other = publish(1, { by: 'one', grant, path: releasePath('app-two', 1), body });
    expect(refusalOf(writer, other)).toBe('L5-scope');
    expect(refusalOf(writer, publish(1, { by: 'one', grant }))).toBeUndefined();
  });

  test('a release key that links an admission or a release of another path admits and publishes nothing by it', () => {
    const { writer, rel, publish } = fleet();
    const release = publish(1);
    writer.write({
      by: 'rel',
      grant: rel,
      action: 'link',
      path: releasePath('app', 7),
      body: linkBody(release.id),
    });
    const { view } = fold(writer);
    expect([...view.releases.keys()]).toEqual([release.id]);
    expect(view.get(releasePath('app', 7))?.content.id).toBe(release.id);
  });

  test('extraneous files: two names for one file, or a way out of the folder, refuse the whole manifest', () => {
    const { writer, publish } = fleet();
    const manifest = manifestOf('app', 1);
    for (const path of ['INDEX.html', '../up', 'a//b', '.fieldfare/x']) {
      const files = [...manifest.files, { ...manifest.files[0]!, path }];
      expect(refusalOf(writer, publish(1, { body: releaseBody({ ...manifest, files }) }))).toBe('L3-body');
    }
  });

  test('a body that is malformed never reaches the view, whatever action carries it', () => {
    const { writer, publish } = fleet();
    for (const action of ['mkdir', 'delete', 'create'])
      publish(3, { action, body: { kind: 'release', counter: 'x' } });
    publish(4, { path: '/releases', body: { ...valueBody(1), kind: 'release' } });
    expect(fold(writer).view.releases.size).toBe(0);
  });
});

describe('TUF 5.3.4 and 5.4.1, keys compromised below the threshold', () => {
  const KEYS = ['k0', 'k1', 'k2', 'k3'];
  const subsets = Array.from({ length: 2 ** KEYS.length }, (_, bits) =>
    KEYS.filter((_key, at) => bits & (1 << at)),
  ).filter((subset) => subset.length > 0);

  test.each(subsets.map((subset) => [subset.join('+'), subset] as const))(
    '%s of a 3-of-4 grant',
    (_, subset) => {
      const { writer, publish } = fleet();
      const grant = writer.write({
        by: 'root',
        action: 'grant',
        body: grantTo(KEYS, { ...RELEASES, threshold: 3 }),
      });
      // The attacker adds keys of its own: they count for nothing.
      const release = publish(1, { by: subset[0]!, with: [...subset, 'eve1', 'eve2'], grant });
      expect(refusalOf(writer, release)).toBe(subset.length >= 3 ? undefined : 'L8-threshold');
    },
  );

  test.each(subsets.map((subset) => [subset.join('+'), subset] as const))(
    '%s of a 3-of-4 root',
    (_, subset) => {
      const writer = createEntryWriter({ keys: KEYS, threshold: 3 });
      const grant = writer.write({
        by: subset[0]!,
        with: [...subset, 'eve1', 'eve2'],
        action: 'grant',
        body: grantTo(['eve']),
      });
      expect(refusalOf(writer, grant)).toBe(subset.length >= 3 ? undefined : 'L8-threshold');
    },
  );

  test('a cosigner that is revoked leaves what enough others have signed, and voids the rest', () => {
    const { writer, publish } = fleet();
    const grant = writer.write({
      by: 'root',
      action: 'grant',
      body: grantTo(['a', 'b', 'c'], { ...RELEASES, threshold: 2 }),
    });
    const two = publish(1, { by: 'a', with: ['b'], grant });
    const three = publish(2, { by: 'a', with: ['b', 'c'], grant });
    writer.write({
      by: 'root',
      action: 'revoke',
      body: revokeBody({ key: keyOf('b'), frontier: [grant.id], reason: 'stolen' }),
    });
    const ledger = fold(writer);
    expect(ledger.standing(two.id)).toMatchObject({ rule: 'L12-revoked' });
    expect(ledger.standing(three.id)).toEqual({ type: 'effective' });
  });
});

describe('TUF 5.3, root rotation', () => {
  const rotate = (
    writer: EntryWriter,
    last: Entry,
    version: number,
    keys: readonly string[],
    by: string,
    cosigners: readonly string[],
    threshold = 1,
  ) =>
    writer.write({
      by,
      with: cosigners,
      action: 'root',
      parents: [last],
      knowing: [last],
      body: rootBody({ fleetName: 'Fleet', version, threshold, keys: keys.map(keyOf) }),
    });

  test('needs the old keys and the new', () => {
    const writer = createEntryWriter({ keys: ['old'], threshold: 1 });
    expect(refusalOf(writer, rotate(writer, writer.genesis, 2, ['new'], 'old', []))).toBe('L8-threshold');
    expect(refusalOf(writer, rotate(writer, writer.genesis, 2, ['new'], 'new', []))).toBe('L8-threshold');
    expect(refusalOf(writer, rotate(writer, writer.genesis, 2, ['new'], 'new', ['old']))).toBeUndefined();
  });

  test('skips no version, though a node that was away takes several at once', () => {
    const writer = createEntryWriter({ keys: ['old'], threshold: 1 });
    expect(refusalOf(writer, rotate(writer, writer.genesis, 3, ['old'], 'old', []))).toBe('L9-root-chain');
    const second = rotate(writer, writer.genesis, 2, ['mid'], 'mid', ['old']);
    rotate(writer, second, 3, ['new'], 'new', ['mid']);
    const ledger = createLedger(writer.genesis.id);
    for (const received of [...writer.written].reverse()) ledger.receive(received);
    expect([ledger.view.rootVersion, ledger.view.rootKeys]).toEqual([3, [keyOf('new')]]);
  });

  test('a key that was rotated out cannot grant by leaving the rotation out of its past', () => {
    const writer = createEntryWriter({ keys: ['old'], threshold: 1 });
    const known = rotate(writer, writer.genesis, 2, ['new'], 'new', ['old']);
    const late = writer.write({ by: 'old', action: 'grant', body: grantTo(['eve']) });
    const ledger = fold(writer);
    expect(ledger.accepted(known.id)).toBeDefined();
    expect(ledger.standing(late.id)).toMatchObject({ rule: 'L11-rotated' });
  });

  test('the first key of a fleet that was split to 2 of 3 no longer decides alone', () => {
    const writer = createEntryWriter({ keys: ['one'], threshold: 1 });
    rotate(writer, writer.genesis, 2, ['one', 'two', 'three'], 'one', ['two', 'three'], 2);
    const late = writer.write({ by: 'one', action: 'grant', body: grantTo(['eve']) });
    expect(fold(writer).standing(late.id)).toMatchObject({ rule: 'L11-rotated' });
  });

  test('a key rotated out and one that is still in do not add up to the old threshold', () => {
    const writer = createEntryWriter({ keys: ['a', 'b'], threshold: 2 });
    rotate(writer, writer.genesis, 2, ['a', 'c'], 'a', ['b', 'c'], 2);
    const late = writer.write({ by: 'a', with: ['b'], action: 'grant', body: grantTo(['eve']) });
    expect(fold(writer).standing(late.id)).toMatchObject({ rule: 'L11-rotated' });
  });

  test('two roots of one version halt: what rests on either counts nowhere, and both are named', () => {
    const writer = createEntryWriter({ keys: ['old'], threshold: 1 });
    const roots = ['x', 'y'].map((key) => rotate(writer, writer.genesis, 2, [key], key, ['old']));
    const granted = writer.write({ by: 'x', action: 'grant', knowing: [roots[0]!], body: grantTo(['eve']) });
    const ledger = fold(writer);
    expect(ledger.view.rootForkedAt).toBe(2);
    for (const { id } of [...roots, granted])
      expect(ledger.standing(id)).toMatchObject({ rule: 'L10-root-fork' });
  });

  test('whoever knows both roots of one version is judged by the same one everywhere', () => {
    const writer = createEntryWriter({ keys: ['old'], threshold: 1 });
    const roots = ['x', 'y'].map((key) => rotate(writer, writer.genesis, 2, [key], key, ['old']));
    const entries = ['x', 'y'].map((by) =>
      writer.write({ by, action: 'grant', knowing: roots, body: grantTo(['ann']) }),
    );
    const orders = [writer.written, [...writer.written].reverse()].map((order) => {
      const ledger = createLedger(writer.genesis.id);
      for (const received of order) ledger.receive(received);
      return entries.map(({ id }) => ledger.accepted(id) !== undefined);
    });
    expect(orders[0]).toEqual(orders[1]);
  });
});

describe('TUF 5.6.7, delegations', () => {
  test('a role is verified against its current delegator: what hangs under a revoked one is void', () => {
    const { writer } = fleet();
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
    expect(fold(writer).standing(value.id)).toMatchObject({ rule: 'L13-under-void' });
  });

  test('the diamond: one key under two delegators keeps what it wrote under the one that still counts', () => {
    const { writer } = fleet();
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
    const ledger = fold(writer);
    expect(ledger.standing(values[0]!.id)).toMatchObject({ rule: 'L13-under-void' });
    expect(ledger.standing(values[1]!.id)).toEqual({ type: 'effective' });
  });

  test('nobody passes on more than it holds: path, role, time, the right to pass on', () => {
    const { writer } = fleet();
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

  test('an invitation for one path is not taken up for the whole fleet', () => {
    const { writer } = fleet();
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
    const { writer } = fleet();
    let grant = writer.write({ by: 'root', action: 'grant', body: grantTo(['k']) });
    for (let depth = 2; depth <= 16; depth++)
      grant = writer.write({ by: 'k', grant, action: 'grant', body: grantTo(['k']) });
    expect(refusalOf(writer, grant)).toBeUndefined();
    const deeper = writer.write({ by: 'k', grant, action: 'grant', body: grantTo(['k']) });
    expect(refusalOf(writer, deeper)).toBe('L5-scope');
  });
});

describe('TUF 5.3.10 and 5.6.6, expired metadata', () => {
  test('what its own clock dates after the end of its grant is refused', () => {
    const { writer } = fleet();
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

describe('TUF 1.5.2, freeze, as far as the ledger alone goes', () => {
  test('entries whose past is withheld show nowhere, and all appear when it comes: the view never goes back', () => {
    const { writer, publish, rollOut } = fleet();
    const first = publish(1);
    rollOut(first);
    const ledger = createLedger(writer.genesis.id);
    for (const received of writer.written.filter(({ entry }) => entry !== first)) ledger.receive(received);
    expect(ledger.view.rollouts).toEqual([]);
    ledger.receive(writer.received(first));
    expect(ledger.view.rollouts).toHaveLength(1);
  });
});

describe('TUF 1.5.2, endless data', () => {
  test('entries whose past never comes are forgotten, oldest first, and do not pile up', () => {
    const { writer, rel } = fleet();
    const ledger = createLedger(writer.genesis.id);
    const missing = writer.write({ by: 'rel', grant: rel, action: 'mkdir', path: '/releases/x' });
    const flood = Array.from({ length: 4_200 }, (_, at) =>
      writer.write({ by: 'eve', action: 'mkdir', path: `/x${at}`, parents: [missing] }),
    );
    for (const entry of flood) ledger.receive(writer.received(entry));
    expect(ledger.knows(flood[0]!.id)).toBe(false);
    expect(ledger.knows(flood.at(-1)!.id)).toBe(true);
    expect(flood.filter(({ id }) => ledger.knows(id)).length).toBeLessThanOrEqual(4_096);
  });
});
