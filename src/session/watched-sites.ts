import { MAX_NAME_CHARACTERS } from '../core/wire/encoding/limits.ts';
import { MAX_TOPICS } from '../core/wire/link/overlay.ts';
import type { Clock } from '../ports/clock.ts';
import type { RecordStore } from '../ports/stores.ts';
import type { NodeRuntime } from '../runtime/node-runtime.ts';
import { CommandRefused } from '../store/commands.ts';
import type { WatchChoice, WatchedSite, WatchModel } from '../store/model.ts';

/** Which sites this dashboard hears device by device: those that a person chose, and those that a page shows (G6). */
export interface WatchedSites {
  model(): WatchModel;
  /** Kept over restarts. Rejects with a CommandRefused when more sites are named than a node may ask for. */
  choose(choice: WatchChoice): Promise<void>;
  /** A page shows the site until the returned function is called. */
  open(site: string): () => void;
  /** Idempotent. */
  close(): void;
}

/** A guess: leases of so many devices are 200 a second, as many changes as the pages are held to keep up with. */
export const ALL_UP_TO_DEVICES = 2_000;
/** A guess: who goes from one page of a site to the next does not make neighbours send all of it again. */
const LINGER_MS = 10_000;
/** Sites of pages that were open lately; the rest of what a node may ask for is for sites that are named. */
const MAX_OPEN = 8;
/** One is the node's own. */
export const MAX_NAMED = MAX_TOPICS - MAX_OPEN - 1;

const BY_SIZE: WatchChoice = { type: 'by-size' };

export function createWatchedSites(deps: {
  readonly runtime: Pick<NodeRuntime, 'node' | 'watchSites' | 'subscribe'>;
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly choice: WatchChoice;
}): WatchedSites {
  const { runtime, records, clock } = deps;
  let model: WatchModel | undefined;
  let choice = deps.choice;
  /** How many pages show a site; 0 while it lingers. The one opened longest ago first. */
  const pages = new Map<string, { count: number; cancel: () => void }>();

  const watchesAll = () =>
    choice.type === 'all' ||
    (choice.type === 'by-size' && runtime.node.view().devices.size <= ALL_UP_TO_DEVICES);

  const inForce = (): WatchModel['inForce'] => {
    const before = model?.inForce;
    const nowMs = clock.nowMs();
    if (watchesAll()) return before?.type === 'all' ? before : { type: 'all', sinceMs: nowMs };
    const sinceOf = (site: string) =>
      (before?.type === 'all' ? before.sinceMs : before?.sites.get(site)?.sinceMs) ?? nowMs;
    const sites = new Map<string, WatchedSite>();
    for (const site of pages.keys()) sites.set(site, { sinceMs: sinceOf(site), why: 'open' });
    for (const site of choice.type === 'named' ? choice.sites : [])
      sites.set(site, { sinceMs: sinceOf(site), why: 'named' });
    return { type: 'some', sites };
  };

  const apply = () => {
    model = { choice, inForce: inForce() };
    runtime.watchSites(model.inForce.type === 'all' ? 'all' : [...model.inForce.sites.keys()]);
  };

  const dropOldest = () => {
    const idle = [...pages].find(([, { count }]) => count === 0);
    const [site, page] = idle ?? pages.entries().next().value!;
    page.cancel();
    pages.delete(site);
  };

  const stop = runtime.subscribe((event) => {
    const isSome = model?.inForce.type === 'some';
    if (event.type === 'entry-accepted' && choice.type === 'by-size' && watchesAll() === isSome) apply();
  });
  apply();

  return {
    model: () => model!,
    choose: async (next) => {
      if (next.type === 'named' && next.sites.length > MAX_NAMED)
        throw new CommandRefused(
          `${next.sites.length} sites are named, and a browser can watch ${MAX_NAMED} by name. Name fewer, or watch all sites.`,
        );
      await records.put({ 'watched-sites': next });
      choice = next;
      apply();
    },
    open: (site) => {
      const page = pages.get(site) ?? { count: 0, cancel: () => {} };
      page.cancel();
      page.count++;
      pages.delete(site);
      pages.set(site, page);
      if (pages.size > MAX_OPEN) dropOldest();
      apply();
      let open = true;
      return () => {
        if (!open) return;
        open = false;
        page.count--;
        if (page.count > 0 || pages.get(site) !== page) return;
        page.cancel = clock.schedule(LINGER_MS, () => {
          pages.delete(site);
          apply();
        });
      };
    },
    close: () => {
      stop();
      for (const { cancel } of pages.values()) cancel();
      pages.clear();
    },
  };
}

/** What was chosen before; of anything else that the storage gives back, the choice by the fleet's size. */
export async function loadWatchChoice(records: RecordStore): Promise<WatchChoice> {
  const saved = (await records.get('watched-sites')) as { type?: unknown; sites?: unknown } | undefined;
  if (saved?.type === 'all') return { type: 'all' };
  if (saved?.type !== 'named' || !Array.isArray(saved.sites)) return BY_SIZE;
  const sites = saved.sites.filter(
    (site): site is string => typeof site === 'string' && site.length <= MAX_NAME_CHARACTERS,
  );
  return { type: 'named', sites: sites.slice(0, MAX_NAMED) };
}
