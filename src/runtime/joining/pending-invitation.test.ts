import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { at } from '../../core/time/testing/at.ts';
import type { EntryId, NodeId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import { grantBody } from '../../core/wire/entry/grant.ts';
import type { Statement } from '../../core/wire/statement/statement.ts';
import type { RecordStore } from '../../ports/stores.ts';
import { wordsForInvitation } from '../../store/invitation-words.ts';
import { type NodeRuntime, startNode } from '../node-runtime.ts';
import { setConfig, writeDeviceInvitation } from '../operator/actions.ts';
import { revokeKey } from '../operator/authority-actions.ts';
import { writePersonInvitation } from '../operator/invitation.ts';
import { carry, createPeople, type People } from '../operator/testing/people.ts';
import { loadMembership, saveMembership } from './membership-record.ts';
import { createPendingInvitation, type PendingInvitation } from './pending-invitation.ts';

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;

/** The wall clock of one device, which a person may set; time passes when the test says so. */
function aClock() {
  let offsetMs = 0;
  let monotonicMs = 0;
  let due: (() => void)[] = [];
  return {
    clock: {
      nowMs: () => Date.now() + offsetMs,
      monotonicMs: () => monotonicMs,
      schedule: (_: number, run: () => void) => {
        due.push(run);
        return () => {
          due = due.filter((each) => each !== run);
        };
      },
    },
    set: (toMs: number) => {
      offsetMs = toMs;
    },
    /** What was scheduled takes place, so much later. */
    pass: (ms: number) => {
      monotonicMs += ms;
      for (const run of due.splice(0)) run();
    },
    waiting: () => due.length,
  };
}

let people: People;
let opened: PendingInvitation[];
let nodes: NodeRuntime[];

beforeEach(async () => {
  people = await createPeople();
  opened = [];
  nodes = [];
});
afterEach(async () => {
  for (const pending of opened) pending.close();
  for (const node of nodes) await node.close();
  await people.close();
});

const SEED = new Uint8Array(32).fill(42);

const invite = (kind: 'device' | 'person', expiresAtMs: number | undefined = Date.now() + 7 * DAY_MS) =>
  kind === 'device'
    ? writeDeviceInvitation(people.ada, people.keys, {
        seed: SEED,
        expiresAtMs: expiresAtMs!,
        site: 'Harbour',
        labels: {},
      })
    : writePersonInvitation(people.ada, people.keys, {
        seed: SEED,
        name: 'Invitation for a person',
        roles: ['operator'],
        path: '/',
        mayGrant: true,
        expiresAtMs,
      });

/** A node whose wall clock is the test's, and whose records keep the invitation. */
async function aGuest(grant: EntryId, has: 'the ledger' | 'nothing' = 'the ledger') {
  const time = aClock();
  const all = people.ports();
  const ports = { ...all, clock: { ...all.clock, nowMs: time.clock.nowMs } };
  const guest = await startNode(ports, {
    fleet: people.fleet,
    identity: await people.keys.fromSeed(crypto.getRandomValues(new Uint8Array(32))),
    signalingUrls: [],
    watchedSites: 'all',
    frame: undefined,
  });
  nodes.push(guest);
  if (has === 'the ledger') await carry(people.ada, guest);
  const invitation = { grant, seed: SEED };
  const open = async (runtime: NodeRuntime = guest) => {
    await saveMembership(ports.records, { fleet: people.fleet, signaling: [], name: 'till', invitation });
    const pending = createPendingInvitation({
      runtime,
      ports: { ...ports, clock: time.clock },
      invitation,
      name: 'till',
      onChange: () => {},
    });
    opened.push(pending);
    return pending;
  };
  return { ...time, guest, records: ports.records, open };
}

const isKept = async (records: RecordStore) => (await loadMembership(records))?.invitation !== undefined;
const isIn = ({ node }: NodeRuntime) =>
  node.view().devices.has(node.self) || node.view().grants.some(({ body }) => body.keys.includes(node.self));

describe.each(['device', 'person'] as const)('an invitation for a %s (J8)', (kind) => {
  test('is kept by a clock that is a year ahead, and taken up when it was set, without a restart', async () => {
    const { guest, records, open, set, pass, waiting } = await aGuest(await invite(kind));
    set(YEAR_MS);
    // Nothing else happens that would have it look.
    const pending = await open({ ...guest, subscribe: () => () => {} });
    expect(pending.state()).toMatchObject({ type: 'ended', clocks: undefined });
    pass(5_000);
    expect([isIn(guest), await isKept(records)]).toEqual([false, true]);

    set(0);
    pass(5_000);
    await expect.poll(() => isIn(guest)).toBe(true);
    await expect.poll(() => isKept(records)).toBe(false);
    expect(pending.state()).toBeUndefined();
    expect(waiting()).toBe(0);
  });

  test('is tried again at the next start', async () => {
    const { guest, records, open, set } = await aGuest(await invite(kind));
    set(YEAR_MS);
    (await open()).close();
    set(0);
    await open();
    await expect.poll(() => isIn(guest)).toBe(true);
    await expect.poll(() => isKept(records)).toBe(false);
  });

  test('is taken up at once by a clock that is a year behind', async () => {
    const { guest, records, open, set } = await aGuest(await invite(kind));
    set(-YEAR_MS);
    await open();
    await expect.poll(() => isIn(guest)).toBe(true);
    await expect.poll(() => isKept(records)).toBe(false);
  });

  test('waits for its grant, and is taken up when that has arrived', async () => {
    const { guest, open } = await aGuest(await invite(kind), 'nothing');
    const pending = await open();
    expect(pending.state()).toEqual({ type: 'awaited' });
    await carry(people.ada, guest);
    await expect.poll(() => isIn(guest)).toBe(true);
    expect(pending.state()).toBeUndefined();
  });

  test('that was revoked meanwhile says so, and is kept for the case that this is taken back', async () => {
    const grant = await invite(kind);
    const key = (await people.keys.fromSeed(SEED)).id;
    const { guest, records, open, set, pass } = await aGuest(grant);
    set(YEAR_MS);
    const pending = await open();
    await revokeKey(people.ada, people.keys, {
      key,
      reason: 'the link went astray',
      spare: { type: 'all-known' },
      signing: { type: 'alone' },
    });
    await carry(people.ada, guest);
    set(0);
    pass(5_000);
    expect(pending.state()).toEqual({ type: 'taken-back' });
    expect([isIn(guest), await isKept(records)]).toEqual([false, true]);
  });

  test('is not taken up twice where what it gives stands already', async () => {
    const { guest, records, open, waiting } = await aGuest(await invite(kind));
    await open();
    await expect.poll(() => isKept(records)).toBe(false);
    const entries = guest.node.ledger.size();
    await open();
    await expect.poll(() => isKept(records)).toBe(false);
    expect([guest.node.ledger.size(), waiting()]).toEqual([entries, 0]);
  });
});

test('clocks of members say by how much a clock is off, and whether the invitation has really ended (J8)', async () => {
  const grant = await invite('device', Date.now() + DAY_MS);
  const { guest, open, set } = await aGuest(grant);
  const { book } = guest.node;
  const hear = (author: NodeId, timeMs: number, atMs: number) =>
    book.put({
      statement: { author, timeMs, content: { type: 'lease', validMs: 30_000 } } as Statement,
      bytes: new Uint8Array(),
      heardAt: at(atMs),
    });
  set(YEAR_MS);
  const pending = await open();
  hear(people.ada.identity.id, Date.now(), Date.now() + YEAR_MS);
  hear('a stranger' as NodeId, 0, Date.now() + YEAR_MS);
  const clock = pending.state();
  expect(clock).toMatchObject({ type: 'ended', clocks: { clocks: 1 } });
  expect(wordsForInvitation(clock!, 'this screen')).toMatchObject({
    title: 'The clock is wrong',
    text: expect.stringContaining('365 days ahead of 1 neighbour'),
    needsAnother: 'no',
  });

  // The same, heard when it had really ended.
  hear(people.ada.identity.id, Date.now() + YEAR_MS, Date.now() + YEAR_MS);
  expect(wordsForInvitation(pending.state()!, 'this screen')).toMatchObject({
    title: 'The invitation has ended',
    needsAnother: 'yes',
  });
});

test('what the node’s own ledger refuses is told with the reason, and not tried at every entry', async () => {
  const { guest, open, pass } = await aGuest(await invite('device'));
  let attempts = 0;
  const write = guest.write;
  guest.write = () => {
    attempts += 1;
    return Promise.reject(new WireError('the disk is full'));
  };
  const pending = await open();
  await expect.poll(() => pending.state()).toEqual({ type: 'refused', reason: 'the disk is full' });
  for (let at = 0; at < 5; at++) pass(5_000);
  expect(attempts).toBe(1);
  await setConfig(people.ada, { scope: { type: 'fleet' }, key: 'any', value: 1 });
  await carry(people.ada, guest);
  pass(1_000);
  expect(attempts).toBe(1);
  guest.write = write;
  pass(30_000);
  await expect.poll(() => isIn(guest)).toBe(true);
});

test('who is invited by somebody whose right ends gets it until then (L5)', async () => {
  const endMs = Date.now() + DAY_MS;
  const { ada } = people;
  const bea = await people.stranger();
  const hers = await ada.write({
    action: 'grant',
    path: '/',
    parents: [],
    grant: undefined,
    expiresAtMs: endMs,
    body: grantBody({
      keys: [bea.identity.id],
      threshold: 1,
      name: 'Bea, for a day',
      roles: ['operator'],
      mayGrant: true,
      invitation: false,
      place: undefined,
    }),
  });
  await carry(ada, bea);
  const grant = await writePersonInvitation(bea, people.keys, {
    seed: SEED,
    name: 'Invitation for a person',
    roles: ['operator'],
    path: '/',
    mayGrant: true,
    expiresAtMs: endMs,
    under: hers,
  });
  await carry(bea, ada);
  const cid = await aGuest(grant);
  await cid.open();
  await expect.poll(() => isIn(cid.guest)).toBe(true);
  const own = cid.guest.node.view().grants.find(({ body }) => body.keys.includes(cid.guest.node.self));
  expect(own?.entry.expiresAtMs).toBe(endMs);
});
