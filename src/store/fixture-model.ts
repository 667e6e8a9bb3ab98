import type { EntryId, FleetId, InfoHash, NodeId, ReleaseId, RolloutId } from '../core/wire/encoding/ids.ts';
import { NO_WARNINGS, type ReleaseWarnings } from '../core/wire/statement/release-warnings.ts';
import { createMesh, createTurnedAway } from './fixture-mesh.ts';
import { createIds, createRandom, type NextId } from './fixture-random.ts';
import { sampleSites, sampleWatch } from './fixture-sites.ts';
import type { ActivityItem, DeviceRow, DeviceStage, FleetModel, ReleaseRow, RolloutRow } from './model.ts';

export interface FixtureOptions {
  readonly seed: number;
  readonly nowMs: number;
  readonly devices: number;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
const SITES = ['Harbour Street', 'North Ward', 'Station Hall', 'Market Square'] as const;
const PLACES = ['Menu board', 'Check-in', 'Departures', 'Wayfinding', 'Till display'] as const;
const REASONS = [
  'Not healthy within 10 s: TypeError in app.js line 1',
  'Disk is full: needs 18.4 MiB, has 3.1 MiB',
] as const;

/** A sample fleet for pictures and tests of the pages. The same seed and time give the same model. */
export function createFixtureModel(options: FixtureOptions): FleetModel {
  const { nowMs } = options;
  const random = createRandom(options.seed);
  const nextId = createIds(random);
  const self = nextId<NodeId>();
  const releases = createReleases(nextId, self, nowMs);
  const devices = Array.from({ length: options.devices }, (_, index) =>
    createDevice({ index, id: nextId<NodeId>(), releases, random, nowMs }),
  );
  const watch = sampleWatch({ type: 'by-size' }, nowMs);
  return {
    sites: sampleSites(devices, watch, nowMs),
    watch,
    session: {
      type: 'open',
      self,
      fleet: nextId<FleetId>(),
      fleetName: 'Harbour cafes',
      roles: ['root', 'release', 'operator', 'beacon'],
      signaling: [
        { url: 'wss://signal.harbour.example', state: 'joined', detail: '12 ms' },
        { url: 'wss://spare.harbour.example', state: 'lost', detail: 'refused, next try in 30 s' },
      ],
      storage: { usedBytes: 48_700_000, quotaBytes: 2_100_000_000 },
      storagePersistent: false,
      lostEntries: 0,
      invitation: undefined,
    },
    devices,
    releases: releases.map((release) => ({
      ...release,
      runningOn: devices.filter((device) => device.running?.release === release.id).length,
    })),
    rollouts: createRollouts(nextId, releases, devices, nowMs),
    people: [
      {
        id: self,
        name: 'Ada Lindqvist',
        kind: 'person',
        roles: ['root', 'release', 'operator', 'beacon'],
        path: '/',
        grantedBy: '',
        mayGrant: true,
        standing: 'counts',
        grantedAtMs: nowMs - 40 * DAY,
        self: true,
      },
      {
        id: nextId<NodeId>(),
        name: 'Tomas Brandt',
        kind: 'person',
        roles: ['release'],
        path: '/releases/menu',
        grantedBy: 'Ada Lindqvist',
        mayGrant: true,
        standing: 'revoked',
        grantedAtMs: nowMs - 9 * DAY,
        self: false,
      },
    ],
    root: {
      version: 1,
      threshold: 1,
      keys: [{ id: self, name: 'Ada Lindqvist', self: true }],
      forkedAt: undefined,
      quarantined: [],
    },
    mesh: { ...createMesh(self, SITES[0], devices, random), turnedAway: createTurnedAway(nextId, nowMs) },
    ledgerRevision: 1,
    activity: createActivity(nextId, devices, nowMs),
    tasks: [
      {
        key: 'seed',
        title: 'Seeding menu 1.4.0',
        state: 'running',
        detail: '3 devices fetch from this browser',
      },
      { key: 'patch', title: 'Publishing menu 1.4.0', state: 'done', detail: '18.4 MiB, 214 files' },
    ],
  };
}

function createReleases(nextId: NextId, author: NodeId, nowMs: number): readonly ReleaseRow[] {
  const versions = [
    { product: 'menu', version: '1.4.0', ageMs: 42 * MINUTE, sizeBytes: 19_312_400 },
    { product: 'menu', version: '1.3.2', ageMs: 11 * DAY, sizeBytes: 18_904_112 },
    { product: 'departures', version: '0.9.1', ageMs: 26 * DAY, sizeBytes: 4_201_884 },
    { product: 'menu', version: '1.3.1', ageMs: 31 * DAY, sizeBytes: 18_877_020 },
  ];
  return versions.map(({ ageMs, sizeBytes, ...name }, index) => ({
    ...name,
    id: nextId<ReleaseId>(),
    label: name.version,
    bundle: String(index + 1).repeat(40) as InfoHash,
    counter: versions.length - index,
    sizeBytes,
    files: [
      'index.html',
      'assets/app.js',
      'assets/app.css',
      'assets/photos/harbour-at-dawn.webp',
      'manifest.webmanifest',
    ].map((path, file) => ({ path, sizeBytes: Math.floor(sizeBytes / (file + 2)), hash: nextId<EntryId>() })),
    health: index === 2 ? { type: 'call', withinMs: 30_000 } : { type: 'quiet', forMs: 10_000 },
    author,
    authorName: 'Ada Lindqvist',
    publishedAtMs: nowMs - ageMs,
    held: (['whole', 'whole', 'partial', 'none'] as const)[index]!,
    progress: index === 3 ? undefined : { bytesHere: index === 2 ? sizeBytes / 2 : sizeBytes, sizeBytes },
    runningOn: 0,
  }));
}

function createDevice(context: {
  readonly index: number;
  readonly id: NodeId;
  readonly releases: readonly ReleaseRow[];
  readonly random: () => number;
  readonly nowMs: number;
}): DeviceRow {
  const { index, id, random, nowMs } = context;
  const [newest, previous, departures] = context.releases as readonly [ReleaseRow, ReleaseRow, ReleaseRow];
  const dice = random();
  const product = index % 5 === 2 ? departures : dice < 0.5 ? newest : previous;
  const neverSeen = index === 7;
  const away = neverSeen ? false : dice > 0.86;
  const stage = neverSeen ? undefined : stageFor(index, product, newest, departures);
  const failed = stage === 'failed' || stage === 'rolled-back';
  const following = product !== departures && !neverSeen;
  const target = following ? { release: newest.id, version: newest.version } : undefined;
  return {
    id,
    name: `${PLACES[index % PLACES.length]} ${Math.floor(index / PLACES.length) + 1}`,
    site: SITES[Math.floor(index / 6) % SITES.length] ?? SITES[0],
    labels:
      index % 3 === 0 ? { screen: 'portrait' } : index % 3 === 1 ? { floor: '1', screen: 'landscape' } : {},
    admittedAtMs: nowMs - (30 - (index % 20)) * DAY,
    presence: neverSeen ? 'never-seen' : away ? 'away' : 'present',
    knownBy: neverSeen || away ? 'inventory' : 'lease',
    freshness: neverSeen ? undefined : away ? 'stale' : 'fresh',
    lastSeenMs: neverSeen ? undefined : nowMs - (away ? DAY + index * 3 * MINUTE : Math.floor(dice * 90_000)),
    running: neverSeen
      ? undefined
      : { release: product.id, product: product.product, version: product.version },
    stage,
    target,
    progress:
      stage === 'fetching'
        ? { bytesHere: Math.floor(newest.sizeBytes * random()), sizeBytes: newest.sizeBytes }
        : undefined,
    reason: failed ? reasonFor(index) : '',
    receipts:
      neverSeen || target === undefined
        ? []
        : createReceipts(stage, newest, failed ? reasonFor(index) : '', nowMs),
  };
}

function reasonFor(index: number): string {
  return REASONS[Math.floor(index / 4) % REASONS.length] ?? '';
}

function stageFor(index: number, runs: ReleaseRow, newest: ReleaseRow, departures: ReleaseRow): DeviceStage {
  if (runs === departures) return 'idle';
  if (runs === newest) return index % 9 === 4 ? 'probation' : 'committed';
  const stages: readonly DeviceStage[] = [
    'fetching',
    'failed',
    'announced',
    'rolled-back',
    'fetching',
    'verified',
  ];
  return stages[index % stages.length] ?? 'idle';
}

function createReceipts(stage: DeviceStage | undefined, release: ReleaseRow, reason: string, nowMs: number) {
  const passed: DeviceStage[] = ['announced', 'fetching', 'verified', 'armed', 'switching', 'probation'];
  const until = stage === undefined ? -1 : passed.indexOf(stage);
  const stages = [
    ...passed.slice(0, until < 0 ? passed.length : until),
    ...(stage === undefined ? [] : [stage]),
  ];
  return stages
    .map((each, index) => ({
      atMs: nowMs - 40 * MINUTE + index * 20_000,
      stage: each,
      release: release.id,
      version: release.version,
      reason: each === stage ? reason : '',
      bytesFromPublisher: each === 'verified' ? 1_204_224 : undefined,
      bytesFromPeers: each === 'verified' ? 18_108_176 : undefined,
    }))
    .reverse();
}

/** Every device meets the blocked tag, some of them the browser's notice too. */
function warningsOf(index: number): ReleaseWarnings {
  const tag = { text: 'It may not reach https://www.example-analytics.com/tag.js', count: 1 };
  const notice = {
    text: 'ResizeObserver loop completed with undelivered notifications. (/assets/board-3f9a1c.js:1)',
    count: 1 + (index % 7),
  };
  return index % 3 === 0 ? { total: 1 + notice.count, kinds: [tag, notice] } : { total: 1, kinds: [tag] };
}

function createRollouts(
  nextId: NextId,
  releases: readonly ReleaseRow[],
  devices: readonly DeviceRow[],
  nowMs: number,
): readonly RolloutRow[] {
  const [newest, previous] = releases as readonly [ReleaseRow, ReleaseRow];
  const matched = devices.filter((device) => device.running?.product !== 'departures');
  const rows = matched.map((device, index) => ({
    id: device.id,
    name: device.name,
    site: device.site,
    presence: device.presence,
    stage: device.stage,
    progress: device.progress,
    bytesFromPublisher: device.receipts[0]?.bytesFromPublisher,
    bytesFromPeers: device.receipts[0]?.bytesFromPeers,
    reason: device.reason,
    warnings: device.stage === 'committed' ? warningsOf(index) : NO_WARNINGS,
    changedAtMs: device.receipts[0]?.atMs,
  }));
  const committed = rows.filter((row) => row.stage === 'committed').length;
  const failed = rows.filter((row) => row.stage === 'failed' || row.stage === 'rolled-back').length;
  const waiting = rows.filter((row) => row.presence !== 'present' && row.stage !== 'committed').length;
  const base = { author: newest.author, authorName: newest.authorName, product: 'menu' };
  return [
    {
      ...base,
      id: nextId<RolloutId>(),
      release: newest.id,
      version: newest.version,
      select: { sites: [...SITES] },
      startedAtMs: nowMs - 41 * MINUTE,
      standing: 'active',
      why: '',
      devices: rows,
      counts: {
        matched: rows.length,
        committed,
        failed,
        waiting: Math.min(waiting, rows.length - committed - failed),
        underway: Math.max(0, rows.length - committed - failed - waiting),
      },
    },
    {
      ...base,
      id: nextId<RolloutId>(),
      release: previous.id,
      version: previous.version,
      select: {},
      startedAtMs: nowMs - 11 * DAY,
      standing: 'superseded',
      why: '',
      devices: [],
      counts: { matched: 0, committed: 0, underway: 0, failed: 0, waiting: 0 },
    },
    {
      ...base,
      id: nextId<RolloutId>(),
      release: previous.id,
      version: previous.version,
      select: { sites: [SITES[1]] },
      startedAtMs: nowMs - 12 * DAY,
      standing: 'void',
      why: 'another rollout was signed under the same number at the same time, and that one counts',
      devices: [],
      counts: { matched: 0, committed: 0, underway: 0, failed: 0, waiting: 0 },
    },
  ];
}

function createActivity(
  nextId: NextId,
  devices: readonly DeviceRow[],
  nowMs: number,
): readonly ActivityItem[] {
  const [first, second] = devices;
  const items: readonly Omit<ActivityItem, 'key' | 'atMs' | 'entry'>[] = [
    {
      severity: 'bad',
      actor: second?.name ?? 'A device',
      action: 'failed',
      target: 'menu 1.4.0',
      detail: REASONS[0],
    },
    {
      severity: 'good',
      actor: first?.name ?? 'A device',
      action: 'committed',
      target: 'menu 1.4.0',
      detail: '94 % from peers',
    },
    {
      severity: 'info',
      actor: 'Ada Lindqvist',
      action: 'started a rollout',
      target: 'menu 1.4.0',
      detail: '4 sites',
    },
    {
      severity: 'info',
      actor: 'Ada Lindqvist',
      action: 'published',
      target: 'menu 1.4.0',
      detail: '18.4 MiB',
    },
    {
      severity: 'warning',
      actor: 'This browser',
      action: 'lost signaling',
      target: 'wss://spare.harbour.example',
      detail: 'refused',
    },
    {
      severity: 'info',
      actor: 'Ada Lindqvist',
      action: 'admitted',
      target: first?.name ?? 'a device',
      detail: SITES[0],
    },
  ];
  return items.map((item, index) => ({
    ...item,
    key: String(index),
    atMs: nowMs - index * 14 * MINUTE,
    entry: item.actor === 'Ada Lindqvist' ? nextId<EntryId>() : undefined,
  }));
}
