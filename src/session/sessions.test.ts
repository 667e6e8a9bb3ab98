import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LAN_NODE_CONFIG } from '../core/node/node-config.ts';
import { decodeJoinLink, encodeJoinLink } from '../core/wire/contact/join-link.ts';
import { type FleetId, idFromBytes } from '../core/wire/encoding/ids.ts';
import type { ReleaseFrame } from '../ports/release-frame.ts';
import { loadMembership } from '../runtime/joining/membership-record.ts';
import type { PendingState } from '../runtime/joining/pending-invitation.ts';
import type { NodeRuntime } from '../runtime/node-runtime.ts';
import { writeDeviceInvitation } from '../runtime/operator/actions.ts';
import { writePersonInvitation } from '../runtime/operator/invitation.ts';
import { createPeople, type People } from '../runtime/operator/testing/people.ts';
import type { RuntimePorts } from '../runtime/runtime-ports.ts';
import type { PendingStart } from '../store/commands/rollouts.ts';
import { CommandRefused } from '../store/commands.ts';
import { createKioskStore } from '../store/kiosk-store.ts';
import { createKioskSession } from './kiosk-session.ts';
import { createOperatorSession } from './operator-session.ts';

const [HARBOUR, PIER] = [1, 2].map((fill) => idFromBytes<FleetId>(new Uint8Array(32).fill(fill))) as [
  FleetId,
  FleetId,
];
const linkTo = (fleet: FleetId) => encodeJoinLink({ fleet, signaling: [], invitation: undefined });
const NO_FRAME: ReleaseFrame = { run: () => {}, update: () => {}, stop: () => {}, close: () => {} };

let people: People;
let ports: RuntimePorts;
let open: { close(): Promise<void> }[];

beforeEach(async () => {
  people = await createPeople();
  const all = people.ports();
  const self = await people.keys.fromSeed(new Uint8Array(32).fill(9));
  ports = { ...all, keys: { ...all.keys, identity: async () => self } };
  open = [];
});
afterEach(async () => {
  for (const session of open) await session.close();
  await people.close();
});

/** A page's session on the stores of `ports`, as if the page was loaded again each time. */
function aDashboard() {
  let runtime: NodeRuntime | undefined;
  let invitation: () => PendingState | undefined = () => undefined;
  let pendingStart: PendingStart = { type: 'idle' };
  const session = createOperatorSession({
    ports,
    exchange: undefined as never,
    box: undefined as never,
    probe: undefined as never,
    hasher: undefined as never,
    nearby: async () => ({ type: 'not-offered' }),
    signaling: [],
    preset: 'lan',
    shellOrigin: 'https://shell',
    onPendingStart: (state) => {
      pendingStart = state;
    },
    onRuntime: (shown) => {
      runtime = shown?.runtime;
      invitation = shown?.invitation ?? invitation;
    },
    forget: async () => ports.records.put({ membership: undefined }),
  });
  open.push(session);
  return {
    session,
    runtime: () => runtime,
    fleet: () => runtime?.node.ledger.fleet,
    invitation: () => invitation(),
    pendingStart: () => pendingStart,
  };
}

function aKiosk() {
  const store = createKioskStore(ports.clock);
  const session = createKioskSession({
    ports,
    exchange: undefined as never,
    signaling: [],
    preset: 'lan',
    shellOrigin: 'https://shell',
    frame: NO_FRAME,
    store,
    forget: async () => ports.records.put({ membership: undefined }),
  });
  open.push(session);
  return { session, model: () => store.store.getState() };
}

test('what the server of a page says that nodes are set to is what its node is set to', async () => {
  const dashboard = aDashboard();
  await dashboard.session.commands.fleet.join(linkTo(HARBOUR), 'Ada');
  const kiosk = aKiosk();
  await kiosk.session.open({ joinLink: linkTo(HARBOUR), name: 'till' });
  for (const { runtime } of [dashboard, kiosk.session]) {
    const { node } = runtime()!;
    await expect
      .poll(() => node.book.newest(node.self, 'lease')?.statement.content)
      .toMatchObject({ validMs: LAN_NODE_CONFIG.lease.validMs });
  }
});

describe('a node that is in a fleet joins no other (J3)', () => {
  test('a dashboard refuses a second one, founded or joined, and says what to do', async () => {
    const { session, fleet } = aDashboard();
    await session.commands.fleet.join(linkTo(HARBOUR), 'Ada');
    for (const attempt of [
      session.commands.fleet.join(linkTo(PIER), 'Ada'),
      session.commands.fleet.join(linkTo(HARBOUR), 'Ada'),
      session.commands.fleet.create({ fleetName: 'Pier', personName: 'Ada' }),
    ])
      await expect(attempt).rejects.toThrow(
        new CommandRefused('This browser is in a fleet already. Leave it in Settings first.'),
      );
    expect(fleet()).toBe(HARBOUR);
  });

  test('a dashboard that is loaded again is in the fleet that it joined, and in another one after it left', async () => {
    await aDashboard().session.commands.fleet.join(linkTo(HARBOUR), 'Ada');
    const again = aDashboard();
    await again.session.open();
    expect(again.fleet()).toBe(HARBOUR);
    await again.session.commands.fleet.leave();
    await again.session.commands.fleet.join(linkTo(PIER), 'Ada');
    expect(again.fleet()).toBe(PIER);
  });

  test('a kiosk that is opened with the link of another fleet stays in its own', async () => {
    await aKiosk().session.open({ joinLink: linkTo(HARBOUR), name: 'till' });
    await open.pop()?.close();
    await aKiosk().session.open({ joinLink: linkTo(PIER), name: 'till' });
    expect(await ports.records.get('membership')).toMatchObject({ fleet: HARBOUR, name: 'till' });
  });

  test('a link that is cut leads to pairing, with the reason on the screen', async () => {
    const { session, model } = aKiosk();
    await session.open({ joinLink: linkTo(HARBOUR).slice(0, 20), name: 'till' });
    expect(model()).toMatchObject({ type: 'pairing', problem: expect.stringContaining('cut short') });
    expect(await ports.records.get('membership')).toBeUndefined();
  });
});

describe('an invitation that a page could not take up (J8)', () => {
  const YEAR_MS = 365 * 86_400_000;
  let offsetMs = 0;
  beforeEach(() => {
    offsetMs = 0;
    ports = { ...ports, clock: { ...ports.clock, nowMs: () => Date.now() + offsetMs } };
  });

  /** A link of the people's fleet, whose entries this browser has already, as if a neighbour had sent them. */
  const invited = async (kind: 'device' | 'person', expiresAtMs: number) => {
    const { ada, keys } = people;
    const seed = crypto.getRandomValues(new Uint8Array(32));
    const grant =
      kind === 'device'
        ? await writeDeviceInvitation(ada, keys, { seed, expiresAtMs, site: 'Harbour', labels: {} })
        : await writePersonInvitation(ada, keys, {
            seed,
            expiresAtMs,
            name: 'Invitation for a person',
            roles: ['operator'],
            path: '/',
            mayGrant: false,
          });
    await ports.ledgerStore.append(
      ada.node.ledger.entries().map(({ id }) => ({ key: id, envelope: ada.node.ledger.envelope(id)! })),
    );
    return encodeJoinLink({ fleet: people.fleet, signaling: [], invitation: { grant, seed } });
  };
  const kept = async () => (await loadMembership(ports.records))?.invitation !== undefined;
  const again = async () => open.pop()?.close();

  test('at a kiosk waits for the clock, says so on its screen, and counts at the next start', async () => {
    const joinLink = await invited('device', Date.now() + 60_000);
    offsetMs = YEAR_MS;
    const kiosk = aKiosk();
    await kiosk.session.open({ joinLink, name: 'till' });
    await expect.poll(kiosk.model).toMatchObject({ admitted: false, invitation: { type: 'ended' } });
    expect(await kept()).toBe(true);
    await again();
    offsetMs = 0;
    const next = aKiosk();
    await next.session.open({ joinLink: undefined, name: undefined });
    await expect
      .poll(next.model)
      .toMatchObject({ admitted: true, deviceName: 'till', invitation: undefined });
    expect(await kept()).toBe(false);
  });

  test('at a kiosk gives way to another one of the same fleet, until the kiosk is in', async () => {
    const ended = await invited('device', Date.now() - 1);
    await aKiosk().session.open({ joinLink: ended, name: 'till' });
    await again();
    const kiosk = aKiosk();
    await kiosk.session.open({ joinLink: await invited('device', Date.now() + 60_000), name: 'other' });
    await expect.poll(kiosk.model).toMatchObject({ admitted: true, deviceName: 'till' });
    await again();
    await aKiosk().session.open({ joinLink: ended, name: 'till' });
    expect(await kept()).toBe(false);
  });

  test('attack: who can open an address on an admitted kiosk names it no signaling servers', async () => {
    await aKiosk().session.open({ joinLink: await invited('device', Date.now() + 60_000), name: 'till' });
    await expect.poll(kept).toBe(false);
    await again();
    const link = decodeJoinLink(await invited('device', Date.now() + 60_000));
    const joinLink = encodeJoinLink({ ...link, signaling: ['wss://elsewhere'] });
    await aKiosk().session.open({ joinLink, name: 'till' });
    expect(await loadMembership(ports.records)).toMatchObject({ signaling: [] });
  });

  test('at a kiosk ends with the fleet that it leaves, and an admitted one does not leave', async () => {
    const kiosk = aKiosk();
    await kiosk.session.open({ joinLink: await invited('device', Date.now() - 1), name: 'till' });
    await kiosk.session.leave();
    expect(await loadMembership(ports.records)).toBeUndefined();

    const admitted = aKiosk();
    await admitted.session.open({ joinLink: await invited('device', Date.now() + 60_000), name: 'till' });
    await expect.poll(admitted.model).toMatchObject({ admitted: true });
    await admitted.session.leave();
    expect(await loadMembership(ports.records)).toBeDefined();
  });

  test('at a dashboard waits for the clock too, and gives way to another one', async () => {
    const ended = await invited('person', Date.now() - 1);
    const dashboard = aDashboard();
    await dashboard.session.commands.fleet.join(ended, 'Bea');
    expect(dashboard.invitation()).toMatchObject({ type: 'ended' });
    await again();
    offsetMs = -YEAR_MS;
    const next = aDashboard();
    await next.session.open();
    await expect.poll(next.invitation).toBeUndefined();
    await expect.poll(kept).toBe(false);
    offsetMs = 0;

    const further = await invited('person', Date.now() + 60_000);
    await again();
    const last = aDashboard();
    await last.session.open();
    await last.session.commands.fleet.join(further, '');
    await expect.poll(kept).toBe(false);
    await expect(last.session.commands.fleet.join(linkTo(PIER), '')).rejects.toThrow(/in a fleet already/);
  });
});

test('what a node had reached in a fleet is forgotten with the fleet that a person leaves (K2)', async () => {
  const { session } = aDashboard();
  const fleet = await session.commands.fleet.create({ fleetName: 'Harbour', personName: 'Ada' });
  const mark = () => ports.places[0]!.get(`mark/${fleet}`);
  await expect.poll(mark, { timeout: 5_000 }).toBeDefined();
  const kept = await mark();
  await session.commands.fleet.leave();
  expect((await mark())!.length).toBeLessThan(kept!.length);
});
