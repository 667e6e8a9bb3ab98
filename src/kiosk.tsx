import { useEffect, useLayoutEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createReleaseFrame, SETTLED_AFTER_MS } from './adapters/app-frame/release-frame.ts';
import { createReloadOnce } from './adapters/app-frame/reload-once.ts';
import { createCandidateProbe } from './adapters/browser/candidate-probe.ts';
import { browserClock } from './adapters/browser/clock.ts';
import { forgetDatabases } from './adapters/browser/forget.ts';
import { onPageLeaving } from './adapters/browser/page-leaving.ts';
import { createPageLock } from './adapters/browser/page-lock.ts';
import { loadSiteFacts } from './adapters/browser/site-facts.ts';
import { watchStorage } from './adapters/browser/storage-facts.ts';
import { createBrowserPorts, databasesOf } from './browser-ports.ts';
import type { Finding } from './core/connectivity/findings.ts';
import { StorageRefused, StoredByLaterVersion } from './ports/content.ts';
import type { ReleaseFrame } from './ports/release-frame.ts';
import { loadMembership } from './runtime/joining/membership-record.ts';
import type { RuntimePorts } from './runtime/runtime-ports.ts';
import { registerShell } from './service-worker/register.ts';
import { createKioskSession, type KioskSession } from './session/kiosk-session.ts';
import { createKioskStore, type KioskStore } from './store/kiosk-store.ts';
import { closeWhenLeft } from './ui/kiosk/close-when-left.ts';
import { DETAILS_HASH } from './ui/kiosk/DetailsCorner.tsx';
import { KioskPage } from './ui/kiosk/KioskPage.tsx';

/** The kiosk page's composition root. */
const kiosk = createKioskStore(browserClock);
let session: KioskSession | undefined;
let frame: ReleaseFrame | undefined;
/** What the doctor needs of the page, once it is open. */
let settleOpened: (of: { ports: RuntimePorts; urls: () => Promise<readonly string[]> }) => void = () => {};
const opened = new Promise<Parameters<typeof settleOpened>[0]>((resolve) => {
  settleOpened = resolve;
});

createRoot(document.getElementById('root')!).render(<Kiosk store={kiosk.store} />);
const shell = registerShell({ onUpdateReady: (apply) => applyWhenIdle(apply) });
/** A guess: soon enough for a shop whose server was just updated; each look is one request. */
const LOOK_WHEN_OUTDATED_EVERY_MS = 60_000;

open().catch((error: unknown) => {
  if (!(error instanceof StorageRefused)) console.error(error);
  if (error instanceof StoredByLaterVersion) lookForUpdate();
  kiosk.set({
    type: 'refused',
    reason: error instanceof Error ? error.message : String(error),
    remedy: remedyFor(error),
  });
});

function remedyFor(error: unknown): string {
  if (error instanceof StoredByLaterVersion)
    return 'Update the server of this page. The page looks for a newer version of itself every minute, and starts with it by itself.';
  return error instanceof StorageRefused
    ? 'Allow this site to store data (not a private window), then load the page again.'
    : 'Load the page again. If it stays, keep the browser console’s text for a report.';
}

/** What this page runs and whom it may trust stands in what it cannot read, so it runs nothing until it is newer (K6). */
function lookForUpdate(): void {
  shell.look();
  browserClock.schedule(LOOK_WHEN_OUTDATED_EVERY_MS, lookForUpdate);
}

async function open(): Promise<void> {
  if (!window.isSecureContext) {
    kiosk.set({
      type: 'refused',
      reason: 'This page was opened over plain HTTP from another machine, where browsers run no releases.',
      remedy:
        'Open it on https:// (start the server with --lan), or on the server’s own machine as http://localhost.',
    });
    return;
  }
  await createPageLock(navigator.locks).hold('fieldfare-device', () =>
    kiosk.set({
      type: 'refused',
      reason: 'This device is already running in another tab of this browser.',
      remedy: 'Go to that tab, or close it: this one then takes over by itself.',
    }),
  );
  kiosk.set({ type: 'opening' });
  const { ports, exchange } = await createBrowserPorts('device');
  watchStorage(navigator.storage);
  const facts = await loadSiteFacts(ports.records, location);
  if (facts === undefined) {
    kiosk.set({
      type: 'refused',
      reason: 'The server of this page cannot be reached, and this browser has never heard from it before.',
      remedy: 'Check the network, then load the page again.',
    });
    return;
  }
  settleOpened({
    ports,
    urls: async () => (await loadMembership(ports.records))?.signaling ?? facts.signaling,
  });
  frame = createReleaseFrame({
    appOrigin: facts.appOrigin,
    container: document.getElementById('release')!,
    clock: browserClock,
    reloadOnce: createReloadOnce(sessionStorage, () => location.reload()),
  });
  session = createKioskSession({
    ports,
    exchange,
    signaling: facts.signaling,
    preset: facts.preset,
    shellOrigin: location.origin,
    frame,
    store: kiosk,
    forget: async () => {
      ports.records.close();
      ports.ledgerStore.close();
      ports.content.close();
      await forgetDatabases(databasesOf('device'));
      location.reload();
    },
  });
  onPageLeaving(window, () => void session?.close());
  const joinLink = /#\/join\/(.*)$/.exec(location.href)?.[1];
  const name = new URLSearchParams(location.search).get('name') ?? undefined;
  // The link holds an invitation's seed: it does not stay in the address bar or the history.
  if (joinLink !== undefined) history.replaceState(null, '', location.pathname + location.search);
  await session.open({ joinLink, name });
}

/** A newer shell never interrupts an update: it waits until the device is at rest. */
function applyWhenIdle(apply: () => void): void {
  if (session !== undefined && !session.mayReload()) browserClock.schedule(5_000, () => applyWhenIdle(apply));
  else if (frame === undefined) apply();
  else {
    frame.stop();
    browserClock.schedule(SETTLED_AFTER_MS, apply);
  }
}

const leave = () => void session?.leave();

/** Works without a fleet, and beside a node that runs. */
async function examine(onFinding: (finding: Finding) => void): Promise<void> {
  const { examineConnectivity } = await import('./runtime/doctor.ts');
  const { ports, urls } = await opened;
  const probe = createCandidateProbe({ clock: browserClock });
  await examineConnectivity({ ...ports, probe }, await urls(), onFinding);
}

function followHash(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

function toScreen(): void {
  location.hash = '#/';
}

function Kiosk({ store }: { readonly store: KioskStore['store'] }) {
  const model = useCurrent(store.subscribe, store.getState);
  const hash = useCurrent(followHash, () => location.hash);
  const DoctorScreen = useLater(hash === '#/doctor', () => import('./ui/kiosk/DoctorScreen.tsx'));
  const DetailsScreen = useLater(hash === DETAILS_HASH, () => import('./ui/kiosk/DetailsScreen.tsx'));
  const covers = hash === '#/doctor' || hash === DETAILS_HASH;
  useLayoutEffect(
    () => (covers ? closeWhenLeft({ events: window, clock: browserClock, close: toScreen }) : undefined),
    [covers],
  );
  if (hash === '#/doctor') return DoctorScreen && <DoctorScreen examine={examine} />;
  if (hash === DETAILS_HASH)
    return DetailsScreen && <DetailsScreen model={model} runtime={session?.runtime()} />;
  return <KioskPage model={model} leave={leave} />;
}

/** As React's useSyncExternalStore and lazy, which Preact has only with all else of its second half. */
function useCurrent<Value>(subscribe: (listener: () => void) => () => void, read: () => Value): Value {
  const [value, setValue] = useState(read);
  // biome-ignore lint/correctness/useExhaustiveDependencies: both stay what they were
  useEffect(() => {
    const update = () => setValue(() => read());
    const stop = subscribe(update);
    update();
    return () => void stop();
  }, []);
  return value;
}

/** The screen of a module of its own, once it is wanted and has come. */
function useLater<Screen>(
  wanted: boolean,
  load: () => Promise<{ readonly default: Screen }>,
): Screen | undefined {
  const [screen, setScreen] = useState<Screen>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is loaded stays what it was
  useEffect(() => {
    if (wanted) void load().then((module) => setScreen(() => module.default));
  }, [wanted]);
  return screen;
}
