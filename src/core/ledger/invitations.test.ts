import { describe, expect, test } from 'vitest';
import { admissionBody, admissionPath } from '../wire/entry/admission.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { valueBody } from '../wire/entry/tree.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createEntryWriter, type Draft, grantTo, keyOf } from './testing/entry-writer.ts';

const PLACE = { site: 'Harbour', labels: { floor: '2' } };

/** Ann, who may do all, and two invitations of hers: the key "link" for devices, "person" for people. */
function aFleet() {
  const writer = createEntryWriter({ keys: ['root'], threshold: 1 });
  const ann = writer.write({ by: 'root', action: 'grant', body: grantTo(['ann']) });
  const invite = (key: string, rest: Parameters<typeof grantTo>[1], draft: Partial<Draft> = {}) =>
    writer.write({
      by: 'ann',
      action: 'grant',
      grant: ann,
      knowing: [ann],
      body: grantTo([key], { invitation: true, mayGrant: false, ...rest }),
      ...draft,
    });
  const link = invite('link', { roles: ['device'], place: PLACE });
  const person = invite('person', { roles: ['operator'] }, { expiresAtMs: 5_000 });
  /** Whether the ledger takes it, after all that was written before. */
  const takes = (draft: Omit<Draft, 'knowing'> & { readonly grant: Entry }): boolean => {
    const entry = writer.write({ ...draft, knowing: [draft.grant] });
    const ledger: Ledger = createLedger(writer.genesis.id);
    for (const received of writer.written) ledger.receive(received);
    return ledger.accepted(entry.id) !== undefined;
  };
  return { ann, link, person, takes };
}

const admission = (name: string, place = PLACE) =>
  admissionBody({ device: keyOf(name), name, site: place.site, labels: place.labels });

describe('an invitation (J4)', () => {
  test('signs no entry itself: one key in two browsers would look like a fork', () => {
    const { link, person, takes } = aFleet();
    expect(
      takes({
        by: 'link',
        action: 'admit',
        path: admissionPath(keyOf('link')),
        grant: link,
        body: admission('link'),
      }),
    ).toBe(false);
    expect(
      takes({ by: 'person', action: 'update', path: '/config/a', grant: person, body: valueBody(1) }),
    ).toBe(false);
  });
});

describe('a guest whom an invitation has vouched for (J5)', () => {
  const admit = (
    fleet: ReturnType<typeof aFleet>,
    draft: Partial<Draft> = {},
    body = admission('till'),
  ): boolean =>
    fleet.takes({
      by: 'till',
      action: 'admit',
      path: admissionPath(keyOf('till')),
      grant: fleet.link,
      voucher: 'link',
      body,
      ...draft,
    } as Parameters<typeof fleet.takes>[0]);

  test('is admitted by itself, at the place that the invitation names', () => {
    expect(admit(aFleet())).toBe(true);
  });

  test.each<[string, Partial<Draft>, ReturnType<typeof admission>?]>([
    ['without a voucher', { voucher: undefined as never }],
    ['by the voucher of another invitation', { voucher: 'person' }],
    ['in the place of another device', { by: 'mallory' }],
    ['at another site', {}, admission('till', { site: 'Pier', labels: PLACE.labels })],
    ['with other labels', {}, admission('till', { site: PLACE.site, labels: { floor: '3' } })],
    [
      'with a label more',
      {},
      admission('till', { site: PLACE.site, labels: { ...PLACE.labels, vip: '1' } as never }),
    ],
  ])('is not admitted %s', (_, draft, body) => {
    expect(admit(aFleet(), draft, body)).toBe(false);
  });

  const takeUp = (body: Draft['body'], draft: Partial<Draft> = {}) => {
    const { person, takes } = aFleet();
    return takes({ by: 'ben', action: 'grant', voucher: 'person', body: body!, ...draft, grant: person });
  };

  test('takes the invited roles for its own key', () => {
    expect(takeUp(grantTo(['ben'], { roles: ['operator'], mayGrant: false }))).toBe(true);
  });

  test.each<[string, Draft['body']]>([
    ['a role that the invitation has not', grantTo(['ben'], { roles: ['release'], mayGrant: false })],
    ['for another key', grantTo(['eve'], { roles: ['operator'], mayGrant: false })],
    ['for another key too', grantTo(['ben', 'eve'], { roles: ['operator'], mayGrant: false })],
    ['the right to pass on', grantTo(['ben'], { roles: ['operator'], mayGrant: true })],
    ['a further invitation', grantTo(['ben'], { roles: ['operator'], mayGrant: false, invitation: true })],
  ])('does not take %s', (_, body) => {
    expect(takeUp(body)).toBe(false);
  });

  test('does nothing else under the invitation', () => {
    const { person, takes } = aFleet();
    for (const [action, path] of [
      ['update', '/config/a'],
      ['mkdir', '/config'],
      ['delete', '/config/a'],
    ] as const)
      expect(takes({ by: 'ben', action, path, grant: person, voucher: 'person', body: valueBody(1) })).toBe(
        false,
      );
  });
});

describe('the end of an invitation (J6)', () => {
  const takenUpAt = (timeMs: number) => {
    const { person, takes } = aFleet();
    const body = grantTo(['ben'], { roles: ['operator'], mayGrant: false });
    return takes({ by: 'ben', action: 'grant', grant: person, voucher: 'person', body, timeMs });
  };

  test('is held against the time that the guest’s own entry states', () => {
    expect(takenUpAt(5_000)).toBe(true);
    expect(takenUpAt(5_001)).toBe(false);
  });
});
