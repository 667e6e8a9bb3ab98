import { describe, expect, test } from 'vitest';
import type { CborValue } from '../wire/encoding/cbor.ts';
import type { EntryId, FleetId } from '../wire/encoding/ids.ts';
import { admissionBody, admissionPath } from '../wire/entry/admission.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { releaseBody, releasePath } from '../wire/entry/release.ts';
import { revokeBody } from '../wire/entry/revoke.ts';
import { rolloutBody, rolloutPath } from '../wire/entry/rollout.ts';
import { linkBody, valueBody } from '../wire/entry/tree.ts';
import { grantTo, keyOf } from './testing/entry-writer.ts';
import { manifestOf } from './testing/random-history.ts';
import { foldWritten, RELEASES, refusalOf, twoQuorumFleet } from './testing/two-quorum-fleet.ts';

describe('TUF 1.5.2, arbitrary software: nothing is published or rolled out without both roles', () => {
  test('a stranger', () => {
    const { writer, publish } = twoQuorumFleet();
    expect(refusalOf(writer, publish(1, { by: 'eve' }))).toBe('L4-authority');
    expect(refusalOf(writer, publish(1, { by: 'eve', grant: undefined }))).toBe('L4-authority');
    expect(refusalOf(writer, publish(1, { by: 'eve', grant: writer.genesis }))).toBe('L4-authority');
    expect(foldWritten(writer).view.releases.size).toBe(0);
  });

  test('an operator alone, a release key alone, a root key alone', () => {
    const { writer, rel, op, publish, rollOut } = twoQuorumFleet();
    expect(refusalOf(writer, publish(1, { by: 'op', grant: op }))).toBe('L5-scope');
    const release = publish(2);
    expect(refusalOf(writer, rollOut(release, { by: 'rel', grant: rel }))).toBe('L5-scope');
    expect(refusalOf(writer, publish(3, { by: 'root', grant: undefined }))).toBe('L5-scope');
  });

  test('an operator that writes where releases stand, a release key that writes config (L5)', () => {
    const { writer, rel, op } = twoQuorumFleet();
    const write = (by: string, grant: Entry, path: string) =>
      writer.write({ by, grant, action: 'update', path, body: valueBody(1) });
    expect(refusalOf(writer, write('op', op, '/releases'))).toBe('L5-scope');
    expect(refusalOf(writer, write('rel', rel, '/config/fleet/volume'))).toBe('L5-scope');
  });

  test('a rollout whose release is not among its parents (L3)', () => {
    const { writer, publish, rollOut } = twoQuorumFleet();
    const [first, second] = [publish(1), publish(2)];
    const body = rolloutBody({ release: second.id, select: {} });
    expect(refusalOf(writer, rollOut(first, { body }))).toBe('L3-body');
  });

  test('a rollout of what is no release', () => {
    const { writer, op, rollOut } = twoQuorumFleet();
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
    const { writer, publish } = twoQuorumFleet();
    const second = publish(2);
    expect(refusalOf(writer, publish(1, { parents: [second] }))).toBe('L7-counter');
    expect(refusalOf(writer, publish(2, { parents: [second], timeMs: 2_000 }))).toBe('L7-counter');
  });

  test('a release that names the last of a row as its parent follows all of them', () => {
    const { writer, publish } = twoQuorumFleet();
    const third = publish(3, { parents: [publish(2, { parents: [publish(1)] })] });
    expect(refusalOf(writer, publish(2, { parents: [third], timeMs: 2_000 }))).toBe('L7-counter');
    expect(refusalOf(writer, publish(4, { parents: [third] }))).toBeUndefined();
  });

  test.each(['mkdir', 'delete', 'slink'])(
    'a "%s" with the body of an old release is no release',
    (action) => {
      const { writer, publish } = twoQuorumFleet();
      const second = publish(2);
      const body = { ...releaseBody(manifestOf('app', 1)), target: '/x' };
      publish(1, { action, parents: [second], body });
      expect([...foldWritten(writer).view.releases.keys()]).toEqual([second.id]);
    },
  );

  test('a release cannot be changed in its place', () => {
    const { writer, publish } = twoQuorumFleet();
    const first = publish(1);
    expect(refusalOf(writer, publish(1, { action: 'update', parents: [first] }))).toBe('L3-body');
  });
});

describe('TUF 1.5.2, fast-forward: a stolen release key publishes a huge counter', () => {
  test('after its revoke the next honest counter is accepted, and counts', () => {
    const { writer, publish } = twoQuorumFleet();
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
    const { view } = foldWritten(writer);
    expect([...view.releases.keys()].sort()).toEqual([honest.id, next.id].sort());
    expect(view.releases.has(huge.id)).toBe(false);
  });

  test('a rollout with the last number there is holds nobody back after its revoke', () => {
    const { writer, publish, rollOut } = twoQuorumFleet();
    const release = publish(1);
    rollOut(release, { path: rolloutPath(99_999_999) });
    writer.write({
      by: 'root',
      action: 'revoke',
      body: revokeBody({ key: keyOf('op'), frontier: [], reason: 'stolen' }),
    });
    expect(foldWritten(writer).view.rollouts).toEqual([]);
  });
});

describe('Uptane 3.2, mix-and-match, wrong product, wrong channel', () => {
  test('a manifest stands only at the path of its product and counter', () => {
    const { writer, publish } = twoQuorumFleet();
    expect(refusalOf(writer, publish(1, { path: releasePath('other', 1) }))).toBe('L3-body');
    expect(refusalOf(writer, publish(1, { path: releasePath('app', 2) }))).toBe('L3-body');
  });

  test('a key for one product publishes no other, though the name begins alike', () => {
    const { writer, publish } = twoQuorumFleet();
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
    const { writer, rel, publish } = twoQuorumFleet();
    const release = publish(1);
    writer.write({
      by: 'rel',
      grant: rel,
      action: 'link',
      path: releasePath('app', 7),
      body: linkBody(release.id),
    });
    const { view } = foldWritten(writer);
    expect([...view.releases.keys()]).toEqual([release.id]);
    expect(view.get(releasePath('app', 7))?.content.id).toBe(release.id);
  });

  test('extraneous files: two names for one file, or a way out of the folder, refuse the whole manifest', () => {
    const { writer, publish } = twoQuorumFleet();
    const body = releaseBody(manifestOf('app', 1));
    const [index] = body.files as readonly [readonly [string, ...CborValue[]]];
    for (const path of ['INDEX.html', '../up', 'a//b', '.fieldfare/x']) {
      const files = [index, [path, ...index.slice(1)]];
      expect(refusalOf(writer, publish(1, { body: { ...body, files } }))).toBe('L3-body');
    }
  });

  test('a body that is malformed never reaches the view, whatever action carries it', () => {
    const { writer, publish } = twoQuorumFleet();
    for (const action of ['mkdir', 'delete', 'create'])
      publish(3, { action, body: { kind: 'release', counter: 'x' } });
    publish(4, { path: '/releases', body: { ...valueBody(1), kind: 'release' } });
    expect(foldWritten(writer).view.releases.size).toBe(0);
  });
});

describe('a device is who was admitted under its own key (L3)', () => {
  const till = keyOf('till');
  const body = admissionBody({ device: till, name: 'till', site: 'Harbour', labels: {} });

  test('an operator admits no key at the path of another, and makes no device by another action', () => {
    const { writer, op } = twoQuorumFleet();
    const write = (action: string, path: string) => writer.write({ by: 'op', grant: op, action, path, body });
    expect(refusalOf(writer, write('admit', admissionPath(keyOf('other'))))).toBe('L3-body');
    for (const action of ['create', 'update']) {
      expect(refusalOf(writer, write(action, admissionPath(till)))).toBe('L3-body');
      const plain = writer.write({
        by: 'op',
        grant: op,
        action,
        path: admissionPath(till),
        body: valueBody(1),
      });
      expect(refusalOf(writer, plain)).toBe('L3-body');
    }
    expect(refusalOf(writer, write('admit', admissionPath(till)))).toBeUndefined();
  });
});

test('attack: a link at another path shows a device, or a rollout, that is not of that path (mix-and-match)', () => {
  const { writer, op, publish, rollOut } = twoQuorumFleet();
  const till = keyOf('till');
  const rest = { by: 'op', grant: op } as const;
  const path = admissionPath(till);
  const body = admissionBody({ device: till, name: 'till', site: 'Harbour', labels: {} });
  const admission = writer.write({ ...rest, action: 'admit', path, body });
  const rollout = rollOut(publish(1));
  const link = (to: Entry, at: string) =>
    writer.write({ ...rest, action: 'link', path: at, body: linkBody(to.id) });
  link(admission, admissionPath(keyOf('other')));
  link(rollout, rolloutPath(9));
  writer.write({ ...rest, action: 'delete', path, parents: [admission] });
  const { view } = foldWritten(writer);
  expect([...view.devices.keys()]).toEqual([]);
  expect(view.rollouts.map(({ number }) => number)).toEqual([1]);
});

test('attack: an entry of another fleet whose keys are the same, or of none, is replayed in this one (L2)', () => {
  const { writer, op } = twoQuorumFleet();
  const ours = writer.write({ by: 'op', grant: op, action: 'update', path: '/config', body: valueBody(1) });
  for (const fleet of [keyOf('fleet') as string as FleetId, undefined]) {
    const entry: Entry = { ...ours, id: keyOf('theirs') as string as EntryId, fleet };
    const events = foldWritten(writer).receive({ ...writer.received(ours), entry });
    expect(events).toMatchObject([{ type: 'entry-refused', rule: 'L2-fleet' }]);
  }
});
