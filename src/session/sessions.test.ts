import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FleetId, idFromBytes } from '../core/wire/ids.ts';
import { encodeJoinLink } from '../core/wire/join-link.ts';
import type { ReleaseFrame } from '../ports/release-frame.ts';
import type { NodeRuntime, RuntimePorts } from '../runtime/node-runtime.ts';
import { createPeople, type People } from '../runtime/operator/testing/people.ts';
import { CommandRefused } from '../store/commands.ts';
import { createKioskStore } from '../store/kiosk-store.ts';
import { createKioskSession } from './kiosk-session.ts';
import { createOperatorSession, type OperatorSession } from './operator-session.ts';

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
function aDashboard(): { readonly session: OperatorSession; readonly fleet: () => FleetId | undefined } {
  let runtime: NodeRuntime | undefined;
  const session = createOperatorSession({
    ports,
    exchange: undefined as never,
    box: undefined as never,
    probe: undefined as never,
    hasher: undefined as never,
    nearby: async () => ({ type: 'not-offered' }),
    signaling: [],
    shellOrigin: 'https://shell',
    onRuntime: (shown) => {
      runtime = shown?.runtime;
    },
    forget: async () => ports.records.put({ membership: undefined }),
  });
  open.push(session);
  return { session, fleet: () => runtime?.node.ledger.fleet };
}

function aKiosk() {
  const store = createKioskStore(ports.clock);
  const session = createKioskSession({
    ports,
    exchange: undefined as never,
    signaling: [],
    shellOrigin: 'https://shell',
    frame: NO_FRAME,
    store,
  });
  open.push(session);
  return { session, model: () => store.store.getState() };
}

describe('a node that is in a fleet joins no other (J3)', () => {
  test('a dashboard refuses a second one, founded or joined, and says what to do', async () => {
    const { session, fleet } = aDashboard();
    await session.commands.joinFleet(linkTo(HARBOUR), 'Ada');
    for (const attempt of [
      session.commands.joinFleet(linkTo(PIER), 'Ada'),
      session.commands.joinFleet(linkTo(HARBOUR), 'Ada'),
      session.commands.createFleet({ fleetName: 'Pier', personName: 'Ada' }),
    ])
      await expect(attempt).rejects.toThrow(
        new CommandRefused('This browser is in a fleet already. Leave it in Settings first.'),
      );
    expect(fleet()).toBe(HARBOUR);
  });

  test('a dashboard that is loaded again is in the fleet that it joined, and in another one after it left', async () => {
    await aDashboard().session.commands.joinFleet(linkTo(HARBOUR), 'Ada');
    const again = aDashboard();
    await again.session.open();
    expect(again.fleet()).toBe(HARBOUR);
    await again.session.commands.leaveFleet();
    await again.session.commands.joinFleet(linkTo(PIER), 'Ada');
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

test('what a node had reached in a fleet is forgotten with the fleet that a person leaves (K2)', async () => {
  const { session } = aDashboard();
  const fleet = await session.commands.createFleet({ fleetName: 'Harbour', personName: 'Ada' });
  const mark = () => ports.places[0]!.get(`mark/${fleet}`);
  await expect.poll(mark, { timeout: 5_000 }).toBeDefined();
  const kept = await mark();
  await session.commands.leaveFleet();
  expect((await mark())!.length).toBeLessThan(kept!.length);
});
