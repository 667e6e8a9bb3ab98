import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMemoryRecordStore } from '../adapters/memory/record-store.ts';
import type { WatchedSites as NodeSites } from '../core/node/input.ts';
import type { NodeRuntime, RuntimeEvent } from '../runtime/node-runtime.ts';
import { CommandRefused } from '../store/commands.ts';
import type { WatchChoice } from '../store/model.ts';
import { ALL_UP_TO_DEVICES, createWatchedSites, loadWatchChoice, MAX_NAMED } from './watched-sites.ts';

const NAMED = (...sites: string[]): WatchChoice => ({ type: 'named', sites });

let told: NodeSites[];
let devices: Map<string, unknown>;
let emit: (event: RuntimeEvent) => void;
let records: ReturnType<typeof createMemoryRecordStore>;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  told = [];
  devices = new Map();
  records = createMemoryRecordStore();
});
afterEach(() => {
  vi.useRealTimers();
});

function watched(choice: WatchChoice) {
  return createWatchedSites({
    runtime: {
      node: { view: () => ({ devices }) },
      watchSites: (sites: NodeSites) => told.push(sites),
      subscribe: (listener: (event: RuntimeEvent) => void) => {
        emit = listener;
        return () => {};
      },
    } as unknown as NodeRuntime,
    records,
    clock: {
      nowMs: () => Date.now(),
      monotonicMs: () => Date.now(),
      schedule: (delayMs: number, run: () => void) => {
        const timer = setTimeout(run, delayMs);
        return () => clearTimeout(timer);
      },
    },
    choice,
  });
}

describe('which sites a dashboard watches (G6)', () => {
  test('all while the fleet is small, and those that are open once it is not', () => {
    const sites = watched({ type: 'by-size' });
    expect(told).toEqual(['all']);
    expect(sites.model().inForce).toEqual({ type: 'all', sinceMs: 1_000_000 });
    for (let index = 0; index <= ALL_UP_TO_DEVICES; index++) devices.set(String(index), {});
    emit({ type: 'entry-accepted', id: 'E' as never });
    expect(told.at(-1)).toEqual([]);
    sites.open('Pier');
    expect(told.at(-1)).toEqual(['Pier']);
  });

  test('a site that is open is watched since then, and for a while after its page was left', () => {
    const sites = watched(NAMED('Harbour'));
    expect(told).toEqual([['Harbour']]);
    vi.advanceTimersByTime(5_000);
    const [leave, leaveAlso] = [sites.open('Pier'), sites.open('Pier')];
    expect(told.at(-1)).toEqual(expect.arrayContaining(['Harbour', 'Pier']));
    const { inForce } = sites.model();
    expect(inForce.type === 'some' && inForce.sites.get('Pier')).toEqual({ sinceMs: 1_005_000, why: 'open' });
    leave();
    leave();
    vi.advanceTimersByTime(60_000);
    expect(told.at(-1)).toContain('Pier');
    leaveAlso();
    expect(told.at(-1)).toContain('Pier');
    vi.advanceTimersByTime(60_000);
    expect(told.at(-1)).toEqual(['Harbour']);
  });

  test('a person who returns to a page in time goes on watching its site without a gap', () => {
    const sites = watched(NAMED());
    sites.open('Pier')();
    sites.open('Pier');
    vi.advanceTimersByTime(60_000);
    expect(told.filter((each) => !each.includes('Pier'))).toEqual([[]]);
    const { inForce } = sites.model();
    expect(inForce.type === 'some' && inForce.sites.get('Pier')?.sinceMs).toBe(1_000_000);
  });

  test('a choice is in force at once and after a restart', async () => {
    await watched({ type: 'all' }).choose(NAMED('Harbour', 'Pier'));
    expect(told.at(-1)).toEqual(['Harbour', 'Pier']);
    expect(await loadWatchChoice(records)).toEqual(NAMED('Harbour', 'Pier'));
  });

  test('more sites than a node may ask for are refused, and the choice stays', async () => {
    const sites = watched({ type: 'all' });
    const many = Array.from({ length: MAX_NAMED + 1 }, (_, index) => `site ${index}`);
    await expect(sites.choose(NAMED(...many))).rejects.toThrow(CommandRefused);
    expect(sites.model().choice).toEqual({ type: 'all' });
    expect(await loadWatchChoice(records)).toEqual({ type: 'by-size' });
  });

  test('pages of many sites, opened one after the other, stay below what a node may ask for', () => {
    const sites = watched(NAMED());
    for (let index = 0; index < 200; index++) sites.open(`site ${index}`)();
    expect(told.at(-1)?.length).toBeLessThan(16);
    expect(told.at(-1)).toContain('site 199');
  });

  test.each([
    [undefined, { type: 'by-size' }],
    [{ type: 'all' }, { type: 'all' }],
    [{ type: 'named', sites: 'Harbour' }, { type: 'by-size' }],
    [{ type: 'named', sites: ['Harbour', 7, 'x'.repeat(9_000)] }, NAMED('Harbour')],
    ['all', { type: 'by-size' }],
  ])('of what the storage gives back, %j is read as %j', async (saved, choice) => {
    await records.put({ 'watched-sites': saved });
    expect(await loadWatchChoice(records)).toEqual(choice);
  });
});
