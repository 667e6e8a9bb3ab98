import fc from 'fast-check';
import { createEntryWriter, grantTo, keyOf } from '../../../ledger/testing/entry-writer.ts';
import { manifestOf } from '../../../ledger/testing/random-history.ts';
import type { InfoHash, NodeId, ReleaseId } from '../../../wire/encoding/ids.ts';
import { admissionBody, admissionPath } from '../../../wire/entry/admission.ts';
import type { Entry } from '../../../wire/entry/entry.ts';
import { releaseBody, releasePath } from '../../../wire/entry/release.ts';
import { ackBody, revokeBody } from '../../../wire/entry/revoke.ts';
import { rolloutBody, rolloutPath, type Selector } from '../../../wire/entry/rollout.ts';
import { type Conduct, type FleetInMemory, fleetInMemory } from './fleet-in-memory.ts';
import type { NodeOnDisk, Witness } from './node-on-disk.ts';

/** One step as a few small numbers, which fast-check shrinks well. */
export type Step = readonly number[];
const STEP_WIDTH = 5;

/** Whether the step revokes, grants anew or acks. */
export function isOfAuthority([kind]: Step): boolean {
  return kind! % KINDS >= 10 && kind! % KINDS <= 14;
}

const KINDS = 20;
/** The kind of a step by which a release that is there is rolled out. */
export const ROLL_OUT = 4;
const PRODUCTS = ['menu', 'till'];
const SITES = ['Harbour', 'Pier'];
const DEVICES = ['kiosk1', 'kiosk2', 'kiosk3'];
const DESKS = ['desk1', 'desk2'];
/** Two people must sign a release; nobody of them may roll out. */
export const PUBLISHERS = ['rel1', 'rel2'];
export const OPERATORS = ['op1', 'op2'];
export const keysOf = (names: readonly string[]): readonly NodeId[] => names.map(keyOf);
const CONDUCTS: readonly Conduct[] = ['well', 'well', 'well', 'throws', 'hangs', 'does not start'];

export interface History {
  readonly fleet: FleetInMemory;
  readonly writer: ReturnType<typeof createEntryWriter>;
  readonly devices: readonly NodeOnDisk[];
  /** Nodes at which people write. */
  readonly desks: readonly NodeOnDisk[];
  conductOf(release: ReleaseId): Conduct;
  /** The newest that was given to the person. */
  grantOf(name: string): Entry;
  play(step: Step): void;
  /** All servers and lines are back, all nodes are on, and time goes by. */
  heal(forMs: number): void;
}

/** A fleet of three devices on two sites and two desks, at which releases, rollouts, grants, revokes, removals and attempts without right are written, while servers, lines and devices come and go. */
export function beginHistory(seed: number, witness: Witness): History {
  const chance = createChance(seed);
  const writer = createEntryWriter({ keys: ['root'], threshold: 1 });
  const conducts = new Map<ReleaseId, Conduct>();
  const conductOf = (release: ReleaseId) => conducts.get(release) ?? 'well';
  const fleet = fleetInMemory({ writer, chance, conductOf, witness });
  const published = writer.write({
    by: 'root',
    action: 'grant',
    body: grantTo(PUBLISHERS, { roles: ['release'], mayGrant: false, threshold: 2 }),
  });
  const operated = OPERATORS.map((name) =>
    writer.write({
      by: 'root',
      action: 'grant',
      knowing: [published],
      body: grantTo([name], { roles: ['operator'], mayGrant: true }),
    }),
  );
  /** The newest of each person. */
  const grants = new Map<string, Entry>([
    ['rel1', published],
    ['rel2', published],
    ...OPERATORS.map((name, at): [string, Entry] => [name, operated[at]!]),
  ]);
  const admit = (at: number, knowing: readonly Entry[], parents: readonly Entry[] = []) => {
    const device = keyOf(DEVICES[at]!);
    return writer.write({
      by: 'op1',
      action: 'admit',
      path: admissionPath(device),
      grant: grants.get('op1')!,
      knowing,
      parents,
      body: admissionBody({
        device,
        name: DEVICES[at]!,
        site: SITES[at % 2]!,
        labels: { screen: at === 0 ? 'wide' : 'tall' },
      }),
    });
  };
  for (const at of DEVICES.keys()) admit(at, operated);
  const founding = writer.written.map(({ entry }) => entry);
  const desks = DESKS.map((name) => fleet.open(keyOf(name), { isDevice: false }));
  for (const entry of founding) fleet.write(entry, desks[0]!);
  const devices = DEVICES.map((name) => fleet.open(keyOf(name), { isDevice: true }));
  fleet.pass(15_000);

  const grantOf = (name: string) => grants.get(name)!;

  const play = (step: Step) => {
    const [kind, where, who, what, twist] = step as [number, number, number, number, number];
    const desk = desks[where % desks.length]!;
    const { ledger } = desk.node();
    const known = (ids: readonly Entry['id'][]) => ids.map((id) => ledger.accepted(id)!);
    const knowing = known(ledger.authorityFrontier());
    const headsAt = (path: string) => known(ledger.heads(path));
    const write = (draft: Omit<Parameters<typeof writer.write>[0], 'knowing'>) => {
      const entry = writer.write({ ...draft, knowing });
      fleet.write(entry, desk);
      return entry;
    };
    const releases = ledger
      .entries()
      .filter(({ path, action }) => path.startsWith('/releases/') && action === 'create');
    const rollouts = ledger
      .entries()
      .filter(({ path, action }) => path.startsWith('/rollouts/') && action !== 'delete');
    const operator = OPERATORS[who % 2]!;

    const publish = (by: string, withOther: boolean, counter: number, parents: readonly Entry[]) => {
      const product = PRODUCTS[what % 2]!;
      const manifest = { ...manifestOf(product, counter), infoHash: hashOf(writer.written.length) };
      const release = write({
        by,
        ...(withOther && { with: PUBLISHERS }),
        action: 'create',
        path: releasePath(product, counter),
        grant: grantOf(by),
        parents,
        body: releaseBody(manifest),
      });
      conducts.set(release.id, CONDUCTS[twist % CONDUCTS.length]!);
      return release;
    };
    const highest = (product: string) =>
      releases
        .filter(({ path }) => path.startsWith(`/releases/${product}/`))
        .sort((a, b) => counterOf(b) - counterOf(a))[0];
    const rollOut = (by: string, release: Entry, path: string) =>
      write({
        by,
        action: 'create',
        path,
        grant: grantOf(by),
        parents: [...new Set([release, ...headsAt(path)])],
        body: rolloutBody({ release: release.id, select: selectorOf(twist) }),
      });
    const nextRollout = () =>
      rolloutPath(1 + Math.max(0, ...rollouts.map(({ path }) => Number(path.slice(10)))));

    switch (kind % KINDS) {
      case 0:
      case 1:
      case 2: {
        // What people mostly do: a release, and then its rollout.
        const newest = highest(PRODUCTS[what % 2]!);
        const release = publish(
          'rel1',
          true,
          (newest === undefined ? 0 : counterOf(newest)) + 1,
          newest ? [newest] : [],
        );
        if (ledger.accepted(release.id) !== undefined) rollOut(operator, release, nextRollout());
        return;
      }
      case 3:
        // Without the other's signature; by an operator; of a number that was there.
        if (twist % 3 === 0) publish('rel2', false, 50 + what, []);
        else if (twist % 3 === 1) publish('op1', false, 60 + what, []);
        else publish('rel1', true, 1 + (what % 3), []);
        return;
      case ROLL_OUT:
      case 5:
      case 6:
        if (releases.length > 0) rollOut(operator, releases[what % releases.length]!, nextRollout());
        return;
      case 7:
        if (releases.length > 0) rollOut('rel1', releases[what % releases.length]!, nextRollout());
        return;
      case 8: {
        const rollout = rollouts[what % Math.max(1, rollouts.length)];
        if (rollout === undefined) return;
        const { path } = rollout;
        write({ by: operator, action: 'delete', path, grant: grantOf(operator), parents: headsAt(path) });
        return;
      }
      case 9: {
        const rollout = rollouts[what % Math.max(1, rollouts.length)];
        if (rollout === undefined || releases.length === 0) return;
        rollOut(operator, releases[twist % releases.length]!, rollout.path);
        return;
      }
      case 10:
      case 11: {
        const key = [...OPERATORS, ...PUBLISHERS][who % 4]!;
        const spared = twist % 2 === 0 ? [] : ledger.frontier().slice(0, 2);
        write({
          by: 'root',
          action: 'revoke',
          body: revokeBody({ key: keyOf(key), frontier: spared, reason: 'stolen' }),
        });
        return;
      }
      case 12:
      case 13: {
        const names = who % 3 === 2 ? PUBLISHERS : [OPERATORS[who % 3]!];
        const rights =
          who % 3 === 2
            ? ({ roles: ['release'], mayGrant: false, threshold: 2 } as const)
            : ({ roles: ['operator'], mayGrant: true } as const);
        const grant = write({ by: 'root', action: 'grant', body: grantTo(names, rights) });
        for (const name of names) grants.set(name, grant);
        return;
      }
      case 14: {
        const void_ = [...rollouts, ...releases].filter(({ id }) => ledger.standing(id)?.type === 'void');
        const entry = void_[what % Math.max(1, void_.length)];
        if (entry) write({ by: 'root', action: 'ack', body: ackBody({ entries: [entry.id] }) });
        return;
      }
      case 15: {
        const at = what % DEVICES.length;
        const path = admissionPath(keyOf(DEVICES[at]!));
        if (twist % 2 === 0)
          write({ by: operator, action: 'delete', path, grant: grantOf(operator), parents: headsAt(path) });
        else {
          const again = admit(at, knowing, headsAt(path));
          fleet.write(again, desk);
        }
        return;
      }
      case 16:
        if (twist % 3 === 0) fleet.part(() => 0);
        else fleet.part((id) => id.charCodeAt(twist % 20) % 2);
        return;
      case 17:
        fleet.serve(twist % 2 === 0);
        return;
      case 18: {
        const device = devices[what % devices.length]!;
        if (!device.isUp()) {
          if (twist % 4 === 0) device.loseRecord();
          return fleet.restart(device);
        }
        if (twist % 2 === 0) device.crash();
        else device.dieIn(twist);
        return;
      }
      default:
        fleet.pass(1_000 * (1 + twist));
    }
  };

  const heal = (forMs: number) => {
    for (const end of fleet.ends()) {
      end.dieIn(Number.POSITIVE_INFINITY);
      if (!end.isUp()) fleet.restart(end);
    }
    fleet.part(() => 0);
    fleet.serve(true);
    fleet.pass(forMs);
  };

  return { fleet, writer, devices, desks, conductOf, grantOf, play, heal };
}

const SEED = Number(process.env.PROMISES_SEED ?? 1);
const SHARE = Number(process.env.PROMISES_SHARE ?? 1);

const SHRINKS = process.env.PROMISES_SHRINK !== undefined;

/**
 * Plays `runs` histories, always the same ones unless PROMISES_SEED names others; PROMISES_SHARE plays so many times as many. A failure is made
 * small, which takes minutes, only where PROMISES_SHRINK is set.
 */
export function overHistories(runs: number, check: (steps: readonly Step[], seed: number) => void): void {
  const step = fc.array(fc.nat(63), { minLength: STEP_WIDTH, maxLength: STEP_WIDTH });
  const steps = fc.array(step, { minLength: 15, maxLength: 40, size: 'max' });
  const property = fc.property(steps, fc.nat(2 ** 30), check);
  fc.assert(property, { seed: SEED, numRuns: Math.ceil(runs * SHARE), endOnFailure: !SHRINKS });
}

function counterOf({ body }: Entry): number {
  return Number(body.counter);
}

function selectorOf(twist: number): Selector {
  const selectors: readonly Selector[] = [
    {},
    { sites: ['Harbour'] },
    { devices: [keyOf('kiosk2')] },
    { labels: { screen: 'tall' } },
    { sites: ['Pier'], labels: { screen: 'wide' } },
  ];
  return selectors[twist % selectors.length]!;
}

function hashOf(number: number): InfoHash {
  return number.toString(16).padStart(40, '0') as InfoHash;
}

export function shuffled<Item>(items: readonly Item[], chance: () => number): Item[] {
  const out = [...items];
  for (let at = out.length - 1; at > 0; at--) {
    const other = Math.floor(chance() * (at + 1));
    [out[at], out[other]] = [out[other]!, out[at]!];
  }
  return out;
}

export function createChance(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
