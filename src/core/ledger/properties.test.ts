import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../wire/entry/entry.ts';
import { isWithin } from '../wire/entry/path.ts';
import { readAckBody, readRevokeBody, revokeBody } from '../wire/entry/revoke.ts';
import { createLedger, type Ledger, type ReceivedEntry } from './ledger.ts';
import { type EntryWriter, keyOf } from './testing/entry-writer.ts';
import { foldNaively, type NaiveView } from './testing/naive-fold.ts';
import { createNaiveVerdicts } from './testing/naive-verdict.ts';
import { pictureOf } from './testing/picture.ts';
import { type Opening, playHistory, REVOKING_KINDS, STEP_WIDTH } from './testing/random-history.ts';

const SEED = Number(process.env.LEDGER_SEED ?? 1);
const RUNS = Number(process.env.LEDGER_RUNS ?? 10_000);
/** Half a minute of one core; machines that are busy with other tests take many times that. */
const LIMIT_MS = 900_000;

const step = fc.array(fc.nat(63), { minLength: STEP_WIDTH, maxLength: STEP_WIDTH });
const anything = fc.tuple(
  fc.array(step, { minLength: 4, maxLength: 18, size: 'max' }),
  fc.constantFrom<1 | 2>(1, 2),
  fc.constant<Opening>('peers'),
);

/** People of whom each gave the next its rights, and who now take them from each other and write. */
const revokingStep = fc
  .tuple(fc.constantFrom(...REVOKING_KINDS), step)
  .map(([kind, choices]) => [kind, ...choices.slice(1)]);
const revoking = fc.tuple(
  fc.array(revokingStep, { minLength: 4, maxLength: 12, size: 'max' }),
  fc.constant<1 | 2>(1),
  fc.constant<Opening>('chain'),
);

/** Runs and says with which seed, so that a failure can be run again: LEDGER_SEED=... */
function holdsFor(
  share: number,
  check: (writer: EntryWriter, chance: () => number) => void,
  histories = anything,
) {
  console.log(`seed ${SEED}, ${Math.ceil(RUNS * share)} histories`);
  fc.assert(
    fc.property(histories, fc.nat(2 ** 30), ([steps, threshold, opening], seed) =>
      check(playHistory(steps, threshold, opening), createChance(seed)),
    ),
    { seed: SEED, numRuns: Math.ceil(RUNS * share) },
  );
}

function agreesWithRulesReadAloud(writer: EntryWriter, chance: () => number): void {
  const naive = foldNaively(writer.written);
  const inOrder = deliver(writer, writer.written);
  const shown = shownBy(inOrder);
  // A deep comparison costs as much as the fold itself, so it is made only where it has something to say.
  if (textOf(shown) !== textOf(naive)) expect(shown).toEqual(naive);
  expect(disagreements(inOrder)).toBe('');
  const twice = shuffled([...writer.written, ...writer.written], chance);
  const other = deliver(writer, twice);
  expect(pictureOf(other)).toBe(pictureOf(inOrder));
}

function createChance(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function shuffled<Item>(items: readonly Item[], chance: () => number): Item[] {
  const out = [...items];
  for (let at = out.length - 1; at > 0; at--) {
    const other = Math.floor(chance() * (at + 1));
    [out[at], out[other]] = [out[other]!, out[at]!];
  }
  return out;
}

function deliver(writer: EntryWriter, order: readonly ReceivedEntry[]): Ledger {
  const ledger = createLedger(writer.genesis.id);
  for (const received of order) ledger.receive(received);
  return ledger;
}

/** The ledger in the words of the naive fold. */
function shownBy(ledger: Ledger): NaiveView {
  const entries = ledger.entries();
  const values = [...new Set(entries.map(({ path }) => path))].flatMap((path) => {
    const { value } = ledger.explain(path);
    return value === undefined ? [] : [[path, [value.setBy.id, value.content.id]] as const];
  });
  return {
    accepted: entries.map(({ id }) => id).sort(),
    standings: Object.fromEntries(
      entries.map(({ id }) => {
        const standing = ledger.standing(id)!;
        return [id, standing.type === 'effective' ? 'effective' : standing.rule];
      }),
    ),
    values: Object.fromEntries(values),
  };
}

function textOf({ accepted, standings, values }: NaiveView): string {
  return JSON.stringify([accepted, Object.entries(standings).sort(), Object.entries(values).sort()]);
}

/** Paths at which the view, kept up entry by entry, is not what their explanation, made from nothing, says. */
function disagreements({ view, explain, entries }: Ledger): string {
  const here = new Set(view.paths('/'));
  const paths = [...new Set(entries().map(({ path }) => path))];
  return paths
    .filter((path) => {
      const { value } = explain(path);
      // A symbolic link shows another path: that it stands here is all there is to see.
      const isLink = value?.content.action === 'slink';
      return (
        here.has(path) !== (value !== undefined) || (!isLink && view.get(path)?.setBy.id !== value?.setBy.id)
      );
    })
    .join();
}

describe('the ledger, over random histories of several authors, devices and partitions', () => {
  test(
    'agrees with the rules read aloud, whatever order, repetition and partition brought the entries',
    () => {
      holdsFor(1, agreesWithRulesReadAloud);
    },
    LIMIT_MS,
  );

  test(
    'agrees with them where people revoke each other below paths (L12)',
    () => {
      holdsFor(0.5, agreesWithRulesReadAloud, revoking);
    },
    LIMIT_MS,
  );

  test(
    'two halves of a partition that heal show what one node that heard all shows',
    () => {
      holdsFor(0.05, (writer, chance) => {
        const side = writer.written.map(() => chance() < 0.5);
        const one = deliver(
          writer,
          writer.written.filter((_, at) => side[at]),
        );
        const other = deliver(
          writer,
          writer.written.filter((_, at) => !side[at]),
        );
        writer.written.forEach((received, at) => {
          (side[at] ? other : one).receive(received);
        });
        const whole = pictureOf(deliver(writer, writer.written));
        expect(pictureOf(one)).toBe(whole);
        expect(pictureOf(other)).toBe(whole);
      });
    },
    LIMIT_MS,
  );

  test(
    'a revoke brings back nothing of its target but what it spares by name',
    () => {
      holdsFor(0.1, (writer, chance) => {
        const before = deliver(writer, writer.written);
        const target = keyOf(['ann', 'ben', 'cyd'][Math.floor(chance() * 3)]!);
        const accepted = before.entries();
        const frontier = chance() < 0.5 ? [] : [accepted[Math.floor(chance() * accepted.length)]!.id];
        const revoke = writer.write({
          by: 'root1',
          with: ['root2', 'root3'],
          action: 'revoke',
          sequence: 1_000,
          knowing: before.authorityFrontier().map((id) => before.accepted(id)!),
          body: revokeBody({ key: target, frontier, reason: '' }),
        });
        const spared = new Set(frontier.flatMap((id) => [...createNaiveVerdicts(writer.written).pastOf(id)]));
        const after = deliver(writer, writer.written);
        for (const { id, author } of accepted)
          if (author === target && !spared.has(id) && after.standing(id)!.type === 'effective')
            expect(before.standing(id), `${revoke.id} brought ${id} back`).toEqual({ type: 'effective' });
      });
    },
    LIMIT_MS,
  );

  test(
    'a revoked key counts again only by an ack or under a grant that knows of the revoke',
    () => {
      holdsFor(0.1, (writer) => {
        const ledger = deliver(writer, writer.written);
        const { pastOf } = createNaiveVerdicts(writer.written);
        const entries = ledger.entries();
        const effective = entries.filter(({ id }) => ledger.standing(id)!.type === 'effective');
        const acked = new Set(
          effective.flatMap(({ action, body }) => (action === 'ack' ? readAckBody(body).entries : [])),
        );
        const above = (grant: string | undefined): (string | undefined)[] => {
          if (grant === undefined) return [];
          const up = ledger.accepted(grant as never)!.grant;
          return [up, ...above(up)];
        };
        const revoked = new Set(
          entries.filter(({ action }) => action === 'revoke').map(({ body }) => readRevokeBody(body).key),
        );
        // A revoke by whom another one reaches does not reach all of its path.
        const isPlain = ({ author, grant }: Entry): boolean =>
          grant === undefined || (!revoked.has(author) && isPlain(ledger.accepted(grant)!));
        for (const revoke of effective.filter((entry) => entry.action === 'revoke' && isPlain(entry))) {
          const { key, frontier } = readRevokeBody(revoke.body);
          for (const entry of effective) {
            const reached =
              entry.author === key &&
              above(entry.grant).includes(revoke.grant) &&
              isWithin(entry.path, revoke.path) &&
              !frontier.some((id) => pastOf(id).has(entry.id)) &&
              !(entry.action === 'revoke' && readRevokeBody(entry.body).key === key);
            if (reached) expect(pastOf(entry.grant!).has(revoke.id) || acked.has(entry.id)).toBe(true);
          }
        }
      });
    },
    LIMIT_MS,
  );

  test(
    'entries that nobody was authorised to write change nothing',
    () => {
      holdsFor(0.05, (writer) => {
        const all = deliver(writer, writer.written);
        const authorised = writer.written.filter(({ entry }) => all.accepted(entry.id) !== undefined);
        expect(pictureOf(deliver(writer, authorised))).toBe(pictureOf(all));
      });
    },
    LIMIT_MS,
  );
});
