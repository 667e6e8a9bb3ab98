import { describe, expect, test } from 'vitest';
import { createFixture } from '../../../store/fixture/fixture.ts';
import type { SiteRow, WatchModel } from '../../../store/model.ts';
import {
  doubtWords,
  runningWords,
  seenWords,
  siteAddress,
  watchedWords,
  watchSentence,
} from './site-words.ts';

const NOW_MS = 1_700_000_000_000;
const fixture = createFixture({ seed: 7, nowMs: NOW_MS, devices: 24 });
const site = (change: Partial<SiteRow>): SiteRow => ({ ...fixture.store.getState().sites[0]!, ...change });
const summary = site({}).summary!;

describe('what is said of a site (M15)', () => {
  test('how many were seen, and within how long: never that they are online', () => {
    const seen = { count: 12, by: 'summary', withinMs: 120_000 } as const;
    expect(seenWords(site({ seen, admitted: 14 }))).toBe('12 of 14 within 2 min');
    expect(doubtWords(site({ seen }), NOW_MS)).toBe('');
  });

  test('unknown is not zero: a summary that ran out tells what was, and when', () => {
    const gone = { ...summary, holds: false, present: 5, heardAtMs: NOW_MS - 8 * 60_000 };
    expect(seenWords(site({ seen: undefined, summary: gone }))).toBe('unknown');
    expect(doubtWords(site({ seen: undefined, summary: gone, admitted: 6 }), NOW_MS)).toBe(
      '5 of 6, 8 min ago',
    );
    expect(doubtWords(site({ seen: undefined, summary: undefined }), NOW_MS)).toBe(
      'nobody has spoken for it',
    );
  });

  test('attack: a speaker that invents devices is named, and its number is not believed', () => {
    const lie = { ...summary, credible: false, present: 240, speakerName: 'Till 3' };
    expect(doubtWords(site({ seen: undefined, summary: lie }), NOW_MS)).toBe(
      'Till 3 claims 240, more than were admitted',
    );
  });

  test('what runs there, with those that do not say', () => {
    const running = [
      { name: 'menu 1.4.0', release: undefined, count: 9 },
      { name: undefined, release: undefined, count: 2 },
    ];
    expect(runningWords(site({ running }))).toBe('menu 1.4.0 on 9, not told on 2');
  });
});

describe('what is said of watching (G6)', () => {
  const at = new Date(NOW_MS - 60_000);
  const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' }).format(at);
  const some: WatchModel = {
    choice: { type: 'named', sites: ['Pier'] },
    inForce: {
      type: 'some',
      sites: new Map([
        ['Pier', { sinceMs: at.getTime(), why: 'named' }],
        ['Harbour', { sinceMs: at.getTime(), why: 'open' }],
      ]),
    },
  };

  test('since when, and why', () => {
    expect(watchedWords(some, 'Pier', NOW_MS)).toBe(`since ${clock}`);
    expect(watchedWords(some, 'Harbour', NOW_MS)).toBe(`while open, since ${clock}`);
    expect(watchedWords(some, 'North', NOW_MS)).toBe('no');
  });

  test('all of it in one sentence', () => {
    expect(watchSentence(some, 4)).toBe(
      'This browser watches 1 site that was chosen and 1 site that is open, of 4 sites.',
    );
    expect(watchSentence(fixture.store.getState().watch, 4)).toMatch(/all sites, because the fleet is small/);
  });
});

test('a site with any name has an address', () => {
  expect(siteAddress('Pier 1/2 & Co')).toBe('#/mesh/site?name=Pier%201%2F2%20%26%20Co');
});
