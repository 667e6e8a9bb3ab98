import { beforeEach, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '../../adapters/loopback/clock.ts';
import type { HeardStatement } from '../../core/fleet/statement-book.ts';
import type { FleetId, NodeId } from '../../core/wire/encoding/ids.ts';
import { LEASE_MS, type Statement } from '../../core/wire/statement/statement.ts';
import { instantOf } from '../instant-of.ts';
import { createStatementSaving } from './statement-saving.ts';

let clock: ManualClock;
let book: Map<string, HeardStatement>;
let saves: (readonly string[])[];

beforeEach(() => {
  clock = createManualClock();
  book = new Map();
  saves = [];
});

const LEASE: Statement['content'] = {
  type: 'lease',
  validMs: LEASE_MS,
  stage: undefined,
  running: undefined,
  target: undefined,
  bytesHere: undefined,
  links: [],
  freshness: 'fresh',
};
const ALARM: Statement['content'] = { type: 'alarm', reason: 'it is not what it says', subject: 'a bundle' };

function heardOf(author: string, content: Statement['content']): HeardStatement {
  const statement: Statement = {
    fleet: 'fleet' as FleetId,
    author: author as NodeId,
    session: 1,
    sequence: 0,
    timeMs: 0,
    content,
  };
  return { statement, bytes: new Uint8Array(), heardAt: instantOf(clock) };
}

function savingOf(stored: readonly HeardStatement[] = []) {
  const saving = createStatementSaving({
    clock,
    stored,
    all: () => [...book.values()],
    save: (statements) => saves.push(statements.map(({ statement }) => statement.author)),
  });
  return {
    ...saving,
    hear: (author: string, content: Statement['content'] = LEASE) => {
      const heard = heardOf(author, content);
      book.set(`${author} ${content.type}`, heard);
      saving.onHeard(heard);
    },
  };
}

test('who is heard for the first time is stored two seconds later, with all that came meanwhile', async () => {
  const { hear } = savingOf();
  hear('till');
  await clock.advance(1_500);
  hear('scale');
  await clock.advance(499);
  expect(saves).toEqual([]);
  await clock.advance(1);
  expect(saves).toEqual([['till', 'scale']]);
});

test('leases that are renewed every ten seconds are stored once a minute', async () => {
  const { hear } = savingOf([heardOf('till', LEASE)]);
  for (let renewal = 0; renewal < 30; renewal++) {
    hear('till');
    await clock.advance(10_000);
  }
  expect(saves.length).toBe(5);
});

test('what is no renewal is stored soon, and the leases that wait with it', async () => {
  const { hear } = savingOf([heardOf('till', LEASE), heardOf('till', ALARM)]);
  hear('till');
  hear('till', ALARM);
  await clock.advance(2_000);
  expect(saves).toEqual([['till', 'till']]);
  await clock.advance(120_000);
  expect(saves.length).toBe(1);
});

test('closing stores what waits, once, and nothing when nothing does', async () => {
  const stored = [heardOf('till', LEASE)];
  const idle = savingOf(stored);
  idle.close();
  expect(saves).toEqual([]);
  const waiting = savingOf(stored);
  waiting.hear('till');
  waiting.close();
  waiting.close();
  await clock.advance(120_000);
  expect(saves).toEqual([['till']]);
});
