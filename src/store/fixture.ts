import { createStore, type StoreApi } from 'zustand/vanilla';
import { configPath } from '../core/config/config.ts';
import type { Finding } from '../core/connectivity/findings.ts';
import type { NearbyServer } from '../core/wire/contact/nearby-server.ts';
import type { FileHash, FleetId, NodeId, ReleaseId } from '../core/wire/encoding/ids.ts';
import { servicePath } from '../core/wire/entry/service.ts';
import { CommandRefused, type Commands, type LeftOutModel } from './commands.ts';
import { createFixtureAuthority } from './fixture-authority.ts';
import { createFixtureLedger } from './fixture-ledger.ts';
import { createFixtureModel, type FixtureOptions } from './fixture-model.ts';
import { createFixtureRollouts } from './fixture-rollouts.ts';
import { sampleDevices, sampleSites, sampleWatch } from './fixture-sites.ts';
import type { FleetModel, SignalingRow } from './model.ts';

/** As long as the text of an offer of Chromium on one network. */
const SAMPLE_TEXT = 'Zmllb'.repeat(260);

/** A sample store, and commands that answer from it; the code ZZZZZZ is refused, any other is admitted. */
export function createFixture(options: FixtureOptions): {
  readonly store: StoreApi<FleetModel>;
  readonly commands: Commands;
} {
  const model = createFixtureModel(options);
  const ledger = createFixtureLedger(options, model);
  const store = createStore<FleetModel>(() => model);
  const first = model.devices[0]?.id ?? ('' as NodeId);
  const commands: Commands = {
    ...createFixtureAuthority(model),
    ...createFixtureRollouts(model),
    diagnose: async (onFinding) => {
      for (const finding of FIXTURE_FINDINGS) onFinding(finding);
    },
    createFleet: async () => open(),
    joinFleet: async () => open(),
    restoreBackup: async () => open(),
    invite: async () =>
      `https://fleet.example/#/join/${model.releases[0]?.id ?? ''}${model.rollouts[0]?.id ?? ''}`,
    pairDevice: async ({ code }) => {
      if (code === 'ZZZZZZ') {
        throw new CommandRefused(
          'No device shows the code ZZZZZZ. Read it again from the screen; it changes every 10 minutes.',
        );
      }
      return first;
    },
    inspectFolder: async (files, { include }) => ({
      files: files.map((file, index) => ({
        ...file,
        hash: (model.releases[0]?.files[index]?.hash ?? first) as string as FileHash,
      })),
      fileCount: files.length,
      sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
      suggestedProduct: 'menu',
      suggestedVersion: '1.5.0',
      leftOut: FIXTURE_LEFT_OUT.map((item) => ({ ...item, included: include.has(item.key) })),
      startable: files.some((file) => file.path === 'index.html') ? [] : ['dist'],
      problems: files.some((file) => file.path === 'index.html')
        ? []
        : ['The folder has no index.html at its top, so a device could not start it.'],
    }),
    publishRelease: async ({ onProgress }) => {
      onProgress({ stage: 'storing', doneBytes: 9_000_000, sizeBytes: 19_312_400 });
      return model.releases[0]?.id ?? ('' as ReleaseId);
    },
    setConfig: async ({ scope, key, value }) => {
      const entry = ledger.write({
        path: configPath(scope, key),
        action: value === undefined ? 'delete' : 'update',
        value,
      });
      store.setState((before) => ({ ledgerRevision: before.ledgerRevision + 1 }));
      return entry;
    },
    setService: async ({ name, address, note }) => {
      const entry = ledger.write({ path: servicePath(name), action: 'update', value: { address, note } });
      store.setState((before) => ({ ledgerRevision: before.ledgerRevision + 1 }));
      return entry;
    },
    removeService: async (name) => {
      const entry = ledger.write({ path: servicePath(name), action: 'delete', value: undefined });
      store.setState((before) => ({ ledgerRevision: before.ledgerRevision + 1 }));
      return entry;
    },
    offerByHand: async () => ({ text: SAMPLE_TEXT, accept: async () => first }),
    answerByHand: async () => ({ text: SAMPLE_TEXT, linked: Promise.resolve(first) }),
    nearbyServers: async () => ({ type: 'found', servers: FIXTURE_SERVERS }),
    addSignaling: async (url) => setSignaling((rows) => [...rows, { url, state: 'joined', detail: '' }]),
    removeSignaling: async (url) => setSignaling((rows) => rows.filter((row) => row.url !== url)),
    watchSites: async (choice) => {
      const watch = sampleWatch(choice, options.nowMs);
      const sites = sampleSites(model.devices, watch, options.nowMs);
      store.setState({ watch, sites, devices: sampleDevices(model.devices, sites, watch) });
    },
    openSite: () => () => {},
    ledger: () => ledger.reader,
    liftBan: async (peer) => {
      const { mesh } = store.getState();
      store.setState({ mesh: { ...mesh, turnedAway: mesh.turnedAway.filter(({ id }) => id !== peer) } });
    },
    leaveFleet: async () => store.setState({ session: { type: 'no-fleet' } }),
  };
  return { store, commands };

  function setSignaling(change: (rows: readonly SignalingRow[]) => readonly SignalingRow[]): void {
    const { session } = store.getState();
    if (session.type === 'open')
      store.setState({ session: { ...session, signaling: change(session.signaling) } });
  }

  async function open(): Promise<FleetId> {
    store.setState({ session: model.session });
    if (model.session.type !== 'open') throw new CommandRefused('The sample has no fleet.');
    return model.session.fleet;
  }
}

const FIXTURE_LEFT_OUT: readonly Omit<LeftOutModel, 'included'>[] = [
  { key: '.env', kind: 'secret', paths: ['.env'], sizeBytes: 214 },
  {
    key: 'version-control',
    kind: 'version-control',
    paths: Array.from({ length: 812 }, (_, index) => `.git/objects/${(index * 7919).toString(16)}`),
    sizeBytes: 3_204_112,
  },
  {
    key: 'source-maps',
    kind: 'source-maps',
    paths: ['assets/app.js.map', 'assets/vendor.js.map'],
    sizeBytes: 8_112_400,
  },
];

/** One of signaling alone, and one with pages, as `npm start -- --lan` announces. */
const FIXTURE_SERVERS: readonly NearbyServer[] = [
  {
    name: 'fieldfare-signaling-back-office-4402',
    signaling: 'ws://192.168.1.20:4402/',
    pages: undefined,
  },
  {
    name: 'fieldfare-till-4400',
    signaling: 'wss://192.168.1.31:4400/signaling',
    pages: {
      url: 'https://192.168.1.31:4400/',
      trust: 'http://192.168.1.31:4402/',
      authority: Array.from({ length: 32 }, (_, index) =>
        ((index * 37 + 11) % 256).toString(16).padStart(2, '0').toUpperCase(),
      ).join(':'),
    },
  },
];

/** Behind a symmetric NAT, with a TURN server that is reached over TCP only. */
const FIXTURE_FINDINGS: readonly Finding[] = [
  { type: 'signaling', url: 'wss://fleet.example/signaling', joinMs: 42, reason: '' },
  {
    type: 'signaling',
    url: 'wss://spare.example/signaling',
    joinMs: undefined,
    reason: 'the connection ended (1006)',
  },
  { type: 'web-rtc', available: true, hostCandidates: 1 },
  { type: 'stun', asked: 2, answered: 2, addresses: ['203.0.113.21'] },
  { type: 'nat', kind: 'endpoint-dependent' },
  { type: 'turn-udp', asked: 1, answered: 0 },
  { type: 'turn-tcp', asked: 1, answered: 1 },
  { type: 'relay', roundTripMs: 38, reason: '' },
];
