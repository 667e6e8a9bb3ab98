import { type ConfigScope, configFolder, configPath } from '../core/config/config.ts';
import type { EntryId, NodeId } from '../core/wire/encoding/ids.ts';
import { admissionPath } from '../core/wire/entry/admission.ts';
import { textOfName } from '../core/wire/entry/path.ts';
import { releasePath } from '../core/wire/entry/release.ts';
import { rolloutPath } from '../core/wire/entry/rollout.ts';
import type { FixtureOptions } from './fixture-model.ts';
import { createIds, createRandom } from './fixture-random.ts';
import type { ConfigRow, ExplainRow, LedgerReader } from './ledger-model.ts';
import type { DeviceRow, FleetModel } from './model.ts';

/** A sample log behind the sample fleet, folded by arrival: enough for pages, without the ledger's rules. */

interface SampleWrite {
  readonly path: string;
  readonly action: string;
  readonly value: unknown;
  readonly author?: string;
  readonly agoMs?: number;
  /** Set where the entry is not to become the path's value. */
  readonly against?: Pick<ExplainRow, 'outcome' | 'reason'>;
}

interface SampleEntry extends SampleWrite {
  readonly entry: EntryId;
  readonly author: string;
  readonly timeMs: number;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Actions that give rights and set no value. */
const AUTHORITY: readonly string[] = ['root', 'grant', 'revoke', 'ack'];

export function createFixtureLedger(
  options: FixtureOptions,
  model: FleetModel,
): { readonly reader: LedgerReader; write(sample: SampleWrite): EntryId } {
  const nextId = createIds(createRandom(options.seed + 1));
  const log: SampleEntry[] = [];

  const write = (sample: SampleWrite): EntryId => {
    const entry = nextId<EntryId>();
    log.push({
      ...sample,
      entry,
      author: sample.author ?? 'Ada Lindqvist',
      timeMs: options.nowMs - (sample.agoMs ?? 0),
    });
    return entry;
  };

  const settledAt = (at: EntryId | undefined): ReadonlyMap<string, SampleEntry> => {
    const end = at === undefined ? log.length : log.findIndex(({ entry }) => entry === at) + 1;
    const settled = new Map<string, SampleEntry>();
    for (const item of log.slice(0, end)) {
      if (item.against !== undefined || AUTHORITY.includes(item.action)) continue;
      if (item.action === 'delete') settled.delete(item.path);
      else settled.set(item.path, item);
    }
    return settled;
  };

  const namesBelow = (settled: ReadonlyMap<string, SampleEntry>, path: string): readonly string[] => {
    const prefix = path === '/' ? '/' : `${path}/`;
    const below = [...settled.keys()].filter((each) => each.startsWith(prefix) && each !== path);
    return [...new Set(below.map((each) => each.slice(prefix.length).split('/')[0] ?? ''))].sort();
  };

  const reader: LedgerReader = {
    children: (path, at) => {
      const settled = settledAt(at);
      return namesBelow(settled, path).map((name) => {
        const below = path === '/' ? `/${name}` : `${path}/${name}`;
        const value = settled.get(below);
        return {
          name,
          path: below,
          hasValue: value !== undefined,
          hasChildren: namesBelow(settled, below).length > 0,
          setBy: value?.author ?? '',
          action: value?.action ?? '',
        };
      });
    },
    value: (path, at) => {
      const value = settledAt(at).get(path);
      if (value === undefined) return undefined;
      const { entry, author, timeMs } = value;
      return { text: JSON.stringify(value.value, null, 2), entry, author, timeMs };
    },
    explain: (path) => {
      const items = log.filter((item) => item.path === path && !AUTHORITY.includes(item.action)).reverse();
      const winner = items.find((item) => item.against === undefined);
      return items
        .sort((a, b) => Number(b === winner) - Number(a === winner))
        .map((item) => ({
          entry: item.entry,
          action: item.action,
          author: item.author,
          timeMs: item.timeMs,
          ...(item.against ??
            (item === winner
              ? { outcome: 'wins', reason: 'it is what the path is now' }
              : {
                  outcome: 'superseded',
                  reason: `a later entry builds on it (${winner?.entry.slice(0, 8)})`,
                })),
        }));
    },
    moments: () =>
      log
        .map(({ entry, timeMs, author, action, path, against }) => {
          return { entry, timeMs, author, action, path, counts: against?.outcome !== 'void' };
        })
        .reverse(),
    config: (id) => {
      const device = model.devices.find((row) => row.id === id);
      const settled = settledAt(undefined);
      return device === undefined
        ? []
        : mergedBelow(settled, device, (folder) => namesBelow(settled, folder));
    },
  };

  writeSample(model, write);
  return { reader, write };
}

function mergedBelow(
  settled: ReadonlyMap<string, SampleEntry>,
  device: DeviceRow,
  namesBelow: (folder: string) => readonly string[],
): readonly ConfigRow[] {
  const scopes: readonly ConfigScope[] = [
    { type: 'fleet' },
    { type: 'site', site: device.site },
    ...Object.entries(device.labels).map(([label, value]) => ({ type: 'label' as const, label, value })),
    { type: 'device', device: device.id },
  ];
  const rows = new Map<string, ConfigRow>();
  for (const folder of scopes.map(configFolder))
    for (const name of namesBelow(folder)) {
      const path = `${folder}/${name}`;
      const key = textOfName(name);
      rows.set(key, { key, path, text: JSON.stringify(settled.get(path)?.value) ?? '' });
    }
  return [...rows.values()];
}

/** A founding, and for a fleet with devices: admissions, a release, its rollout, and config with a conflict and a void entry. */
function writeSample(model: FleetModel, write: (sample: SampleWrite) => EntryId): void {
  write({ path: '/', action: 'root', value: {}, agoMs: 40 * DAY });
  write({ path: '/', action: 'grant', value: {}, agoMs: 40 * DAY });
  if (model.devices.length === 0) return;
  write({ path: '/', action: 'grant', value: {}, agoMs: 9 * DAY });
  for (const { id, name, site, labels } of model.devices)
    write({ path: admissionPath(id), action: 'admit', value: { name, site, labels }, agoMs: 8 * DAY });
  for (const { product, version, counter, sizeBytes } of [...model.releases].reverse())
    write({
      path: releasePath(product, counter),
      action: 'create',
      value: { kind: 'release', product, version, counter, sizeBytes },
      agoMs: 2 * DAY,
    });
  for (const [index, { release, select }] of [...model.rollouts].reverse().entries())
    write({
      path: rolloutPath(index + 1),
      action: 'create',
      value: { kind: 'rollout', release, select },
      agoMs: DAY,
    });
  const first = model.devices[0]?.id ?? ('' as NodeId);
  const set = (scope: ConfigScope, key: string, value: unknown, rest: Partial<SampleWrite> = {}) =>
    write({ path: configPath(scope, key), action: 'create', value, agoMs: 90 * MINUTE, ...rest });
  set({ type: 'fleet' }, 'theme', 'slate');
  set({ type: 'fleet' }, 'opening hours', { from: '07:30', to: '18:00', days: ['mon', 'tue', 'wed', 'thu'] });
  set({ type: 'fleet' }, 'theme', 'harbour', { action: 'update', agoMs: 55 * MINUTE });
  set({ type: 'fleet' }, 'theme', 'forest', {
    action: 'update',
    author: 'Tomas Brandt',
    agoMs: 55 * MINUTE,
    against: { outcome: 'loses', reason: 'another entry was granted nearer to the root' },
  });
  set({ type: 'fleet' }, 'theme', 'free coffee', {
    action: 'update',
    author: 'Mira Holm',
    agoMs: 50 * MINUTE,
    against: {
      outcome: 'void',
      reason: 'it does not count (L12-revoked): its key was revoked before this was written',
    },
  });
  set({ type: 'site', site: 'North Ward' }, 'theme', 'clinic', { agoMs: 40 * MINUTE });
  set({ type: 'label', label: 'screen', value: 'portrait' }, 'columns', 1, { author: 'Tomas Brandt' });
  set({ type: 'device', device: first }, 'brightness', 80, { agoMs: 12 * MINUTE });
  write({
    path: '/services/printer',
    action: 'create',
    value: { address: 'ipp://10.0.4.20/print', note: 'Receipts, behind the bar' },
  });
}
