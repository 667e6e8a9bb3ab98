import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grantTo } from '../../core/ledger/testing/entry-writer.ts';
import { beginFleet, playStep, STEP_WIDTH } from '../testing/random-fleet.ts';
import { createShownNode } from '../testing/shown-node.ts';
import { createWholeProjection } from '../testing/whole-projection.ts';
import { createProjection, type ProjectedModel } from './projection.ts';

const SEED = Number(process.env.PROJECTION_SEED ?? 1);
const RUNS = Number(process.env.PROJECTION_RUNS ?? 150);
const LIMIT_MS = 300_000;

const steps = fc.array(fc.array(fc.nat(63), { minLength: STEP_WIDTH, maxLength: STEP_WIDTH }), {
  minLength: 20,
  maxLength: 120,
  size: 'max',
});

test('after any history the model is what a projection from scratch says, and what is the same has kept its identity', {
  timeout: LIMIT_MS,
}, () => {
  console.log(`seed ${SEED}, ${RUNS} histories`);
  fc.assert(
    fc.property(steps, fc.nat(4), (history, lookSeldom) => {
      const fleet = createShownNode();
      beginFleet(fleet);
      const whole = createWholeProjection(fleet.runtime, fleet.beside);
      const projection = createProjection(fleet.runtime, fleet.beside);
      fleet.onEvent(whole.onEvent);
      fleet.onEvent(projection.onEvent);
      let before = projection.look(fleet.now());
      for (const [index, step] of history.entries()) {
        playStep(fleet, step);
        if ((step[STEP_WIDTH - 1]! + index) % (lookSeldom + 1) !== 0) continue;
        const after = projection.look(fleet.now());
        expect(after).toEqual(whole.look(fleet.now()));
        expectIdentityKept(before, after);
        before = after;
      }
    }),
    { seed: SEED, numRuns: RUNS, endOnFailure: true },
  );
});

test('a grant that ran out counts again when the wall clock is set back', () => {
  const fleet = createShownNode();
  const expiresAtMs = fleet.now().wallMs + 1_000;
  fleet.write({ action: 'grant', parents: [], body: grantTo(['ben']), expiresAtMs });
  const projection = createProjection(fleet.runtime, fleet.beside);
  const standing = () => projection.look(fleet.now()).people.at(-1)?.standing;
  expect(standing()).toBe('counts');
  fleet.pass(2_000);
  expect(standing()).toBe('expired');
  fleet.setWall(-1_500);
  expect(standing()).toBe('counts');
  fleet.pass(2_000);
  expect(standing()).toBe('expired');
});

/** Slices, and the rows of each by their keys, wherever they stand now. */
function expectIdentityKept(before: ProjectedModel, after: ProjectedModel): void {
  for (const slice of Object.keys(after) as (keyof ProjectedModel)[])
    expectSame(slice, before[slice], after[slice]);
  const lists = new Map(listsOf(before).map((list) => [list.name, list]));
  for (const { name, rows, keys } of listsOf(after)) {
    const known = lists.get(name);
    if (known === undefined) continue;
    expectSame(name, known.rows, rows);
    const rowOf = new Map(known.keys.map((key, index) => [key, known.rows[index]]));
    for (const [index, row] of rows.entries())
      expectSame(`${name} ${keys[index]}`, rowOf.get(keys[index]!), row);
  }
}

function expectSame(what: string, before: unknown, after: unknown): void {
  if (isDeepStrictEqual(before, after) && !Object.is(before, after))
    throw new Error(`${what} has the same content and another identity`);
}

interface List {
  readonly name: string;
  readonly rows: readonly unknown[];
  readonly keys: readonly string[];
}

function listsOf({ devices, sites, releases, rollouts, people, mesh, activity }: ProjectedModel): List[] {
  const list = <Row>(
    name: string,
    rows: readonly Row[],
    keyOf: (row: Row, index: number) => string,
  ): List => ({
    name,
    rows,
    keys: rows.map(keyOf),
  });
  return [
    list('devices', devices, ({ id }) => id),
    list('sites', sites, ({ name }) => name),
    list('releases', releases, ({ id }) => id),
    list('rollouts', rollouts, ({ id }) => id),
    // In the order in which grants were taken in; none of these histories has an invitation taken up.
    list('people', people, (_, index) => String(index)),
    list('nodes', mesh.nodes, ({ id }) => id),
    list('links', mesh.links, ({ from, to }) => [from, to].sort().join(' ')),
    list('turned away', mesh.turnedAway, ({ key }) => key),
    list('activity', activity, ({ key }) => key),
    ...rollouts.map((rollout) => list(`devices of ${rollout.id}`, rollout.devices, ({ id }) => id)),
    // The newest first: told from each other by how many came before.
    ...devices.map(({ id, receipts }) =>
      list(`receipts of ${id}`, receipts, (_, index) => String(receipts.length - index)),
    ),
  ];
}
