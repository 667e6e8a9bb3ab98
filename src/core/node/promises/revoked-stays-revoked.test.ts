import { expect, test } from 'vitest';
import { referencesOf } from '../../ledger/references.ts';
import { grantTo, keyOf } from '../../ledger/testing/entry-writer.ts';
import { pictureOf } from '../../ledger/testing/picture.ts';
import type { EntryId } from '../../wire/encoding/ids.ts';
import { admissionBody, admissionPath } from '../../wire/entry/admission.ts';
import type { Entry } from '../../wire/entry/entry.ts';
import { isWithin } from '../../wire/entry/path.ts';
import { ackBody, readRevokeBody, revokeBody } from '../../wire/entry/revoke.ts';
import { rolloutBody, rolloutPath } from '../../wire/entry/rollout.ts';
import {
  beginHistory,
  createChance,
  type History,
  isOfAuthority,
  overHistories,
  type Step,
  shuffled,
} from './testing/history.ts';
import { EMPTY_DISK, type Witness } from './testing/node-on-disk.ts';

const LIMIT_MS = 600_000;
const THIEF = keyOf('op2');
const PUPPET = keyOf('puppet');

/** Everything that the entry refers to, over however many others. */
function pastOf(id: EntryId, { writer }: History, seen = new Set<EntryId>()): Set<EntryId> {
  if (seen.has(id)) return seen;
  seen.add(id);
  const { entry } = writer.written.find((received) => received.entry.id === id)!;
  for (const next of referencesOf(entry)) pastOf(next, { writer } as History, seen);
  return seen;
}

/** A key that its holder gives up stays given up. */
function givesUp({ action, author, body }: Entry): boolean {
  return action === 'revoke' && readRevokeBody(body).key === author;
}

/** Whoever has the second operator's key does with it what it can, in whatever knowledge it likes. */
function steal(history: History, step: Step, grants: Entry[], knowing: readonly Entry[]): void {
  const [kind, where, who, what, twist] = step as [number, number, number, number, number];
  const { writer, desks, fleet } = history;
  const desk = desks[where % desks.length]!;
  const { ledger } = desk.node();
  const isPuppet = grants.length > 1 && who % 2 === 0;
  const by = isPuppet ? 'puppet' : 'op2';
  const grant = isPuppet ? grants[1 + (what % (grants.length - 1))]! : grants[0]!;
  const write = (draft: Omit<Parameters<typeof writer.write>[0], 'by' | 'grant' | 'knowing'>) => {
    const entry = writer.write({ ...draft, by, grant, knowing: [...knowing, grant] });
    fleet.write(entry, desk);
    return entry;
  };
  const known = ledger.entries();
  const releases = known.filter(({ path, action }) => path.startsWith('/releases/') && action === 'create');
  const own = known.filter(({ author }) => author === THIEF || author === PUPPET);
  switch (kind % 6) {
    case 0:
      grants.push(
        write({ action: 'grant', body: grantTo(['puppet'], { roles: ['operator'], mayGrant: true }) }),
      );
      return;
    case 1:
    case 2: {
      const release = releases[what % Math.max(1, releases.length)];
      if (release === undefined) return;
      const path = rolloutPath(500 + twist);
      const parents = [...new Set([release, ...ledger.heads(path).map((id) => ledger.accepted(id)!)])];
      write({ action: 'create', path, parents, body: rolloutBody({ release: release.id, select: {} }) });
      return;
    }
    case 3: {
      const device = keyOf(`mine${twist % 3}`);
      write({
        action: 'admit',
        path: admissionPath(device),
        body: admissionBody({ device, name: 'mine', site: 'Harbour', labels: {} }),
      });
      return;
    }
    case 4:
      write({
        action: 'revoke',
        body: revokeBody({ key: keyOf(['op1', 'root', 'op2'][twist % 3]!), frontier: [], reason: 'me' }),
      });
      return;
    case 5:
      if (own.length > 0) write({ action: 'ack', body: ackBody({ entries: [own[what % own.length]!.id] }) });
  }
}

test(
  'attack: a revoked key, and whom it gave rights, write in every knowledge and on every side of a cut: nothing of it counts anywhere again, or runs (L12, L13, L15)',
  () => {
    let written = 0;
    overHistories(30, (steps, seed) => {
      let revoke: Entry | undefined;
      let spared: ReadonlySet<EntryId> = new Set();
      const isThiefs = (entry: Entry) =>
        (entry.author === THIEF || entry.author === PUPPET) &&
        isWithin(entry.path, revoke!.path) &&
        !spared.has(entry.id) &&
        !givesUp(entry);
      const witness: Witness = (end, effect) => {
        if (revoke === undefined || effect.type !== 'run-release' || !end.disk().entries.has(revoke.id))
          return;
        const { update } = end.disk().device;
        if (update.stage !== 'probation') return;
        const { entry } = end.disk().entries.get(update.rollout)!;
        expect(isThiefs(entry), 'a rollout of the thief is followed').toBe(false);
      };
      const history = beginHistory(seed, witness);
      const { writer, fleet, desks, devices } = history;
      const half = Math.floor(steps.length / 2);
      // Who was revoked before, and brought back by an ack, may stand: here nobody was.
      for (const step of steps.slice(0, half)) if (!isOfAuthority(step)) history.play(step);
      history.heal(20_000);
      const { ledger } = desks[0]!.node();
      const knowing = ledger.authorityFrontier().map((id) => ledger.accepted(id)!);
      const grants = [history.grantOf('op2')];

      fleet.part((id) => (id === desks[0]!.id || id === devices[seed % 3]!.id ? 0 : 1));
      const frontier = seed % 2 === 0 ? [] : ledger.frontier().slice(0, 3);
      revoke = writer.write({
        by: 'root',
        action: 'revoke',
        // What a puppet with a grant for all paths writes below one has to fall with that path alone, too.
        path: seed % 3 === 0 ? '/rollouts' : '/',
        knowing,
        body: revokeBody({ key: THIEF, frontier, reason: 'stolen' }),
      });
      spared = new Set(frontier.flatMap((id) => [...pastOf(id, history)]));
      fleet.write(revoke, desks[0]!);
      for (const [at, step] of steps.slice(half).entries()) {
        // It may well know of the revoke and say so: its own grant does not.
        steal(history, step, grants, at % 2 === 0 ? knowing : [...knowing, revoke]);
        if (at === 4) history.heal(20_000);
      }
      history.heal(30_000);

      const chance = createChance(seed);
      const stored = shuffled([...desks[0]!.disk().entries], chance);
      const reborn = fleet.open(keyOf('reborn'), {
        isDevice: false,
        disk: { ...EMPTY_DISK(), entries: new Map(stored) },
      });
      fleet.pass(10_000);
      expect(pictureOf(reborn.node().ledger)).toBe(pictureOf(ledger));
      for (const end of fleet.ends())
        for (const entry of end.node().ledger.entries())
          if (isThiefs(entry)) {
            written++;
            expect(end.node().ledger.standing(entry.id), entry.action).toMatchObject({ type: 'void' });
          }
    });
    expect(written).toBeGreaterThan(100);
  },
  LIMIT_MS,
);
