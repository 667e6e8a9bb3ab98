import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createCandidateProbe } from './adapters/browser/candidate-probe.ts';
import { browserClock, browserRandomness } from './adapters/browser/clock.ts';
import { forgetDatabases } from './adapters/browser/forget.ts';
import { askNearbyServers } from './adapters/browser/nearby-servers.ts';
import { onPageLeaving } from './adapters/browser/page-leaving.ts';
import { createPageLock } from './adapters/browser/page-lock.ts';
import { loadSiteFacts } from './adapters/browser/site-facts.ts';
import { watchStorage } from './adapters/browser/storage-facts.ts';
import { createFileHasher } from './adapters/file-hashing/hasher.ts';
import { startHashingWorker } from './adapters/file-hashing/web-worker.ts';
import { createPassphraseBox } from './adapters/webcrypto/passphrase-box.ts';
import { createBrowserPorts, databasesOf } from './browser-ports.ts';
import { StorageRefused, StoredByLaterVersion } from './ports/content.ts';
import { registerShell } from './service-worker/register.ts';
import { CommandRefused, type Commands } from './store/commands.ts';
import { createFleetStore } from './store/fleet-store.ts';
import { notifyUpdateReady } from './ui/operator/frame/notify-update.tsx';
import { OperatorApp } from './ui/operator/OperatorApp.tsx';

/** The dashboard's composition root. */
const fleet = createFleetStore(browserClock);
const root = createRoot(document.getElementById('root')!);
/** Stands in while there is nothing to command: the page then says why. */
const NOT_OPEN = new Proxy({} as Commands, {
  get: () =>
    new Proxy(
      {},
      {
        get: () => () => {
          throw new CommandRefused('The dashboard is not open.');
        },
      },
    ),
});

registerShell({ onUpdateReady: notifyUpdateReady });

open().catch((error: unknown) => {
  if (!(error instanceof StorageRefused)) console.error(error);
  fleet.setSession({
    type: 'refused',
    reason: error instanceof Error ? error.message : String(error),
    remedy: remedyFor(error),
  });
  show(NOT_OPEN);
});

async function open(): Promise<void> {
  if (!window.isSecureContext)
    return refuse(
      'The dashboard was opened over plain HTTP from another machine, where browsers withhold storage locks and cryptography.',
      'Open it on https:// (start the server with --lan) or on the server’s own machine as http://localhost.',
    );
  await createPageLock(navigator.locks).hold('fieldfare-operator', () => {
    fleet.setSession({
      type: 'refused',
      reason: 'The dashboard is already open in another tab of this browser.',
      remedy: 'Go to that tab, or close it: this one then takes over by itself.',
    });
    show(NOT_OPEN);
  });
  const { createOperatorSession } = await import('./session/operator-session.ts');
  const { ports, exchange } = await createBrowserPorts('operator');
  const facts = await loadSiteFacts(ports.records, location);
  const storage = watchStorage(navigator.storage);
  let unfollow = () => {};
  const session = createOperatorSession({
    ports,
    exchange,
    box: createPassphraseBox({ subtle: crypto.subtle, randomness: browserRandomness }),
    probe: createCandidateProbe({ clock: browserClock }),
    hasher: createFileHasher({
      start: startHashingWorker(
        () => new Worker(new URL('./hashing-worker.ts', import.meta.url), { type: 'module' }),
      ),
      clock: browserClock,
      onFailure: (error) => console.warn('Files are hashed on this page, without a thread beside it.', error),
    }),
    nearby: askNearbyServers,
    signaling: facts?.signaling ?? [],
    preset: facts?.preset ?? 'wan',
    shellOrigin: location.origin,
    onRuntime: (shown) => {
      unfollow();
      unfollow = () => {};
      if (shown === undefined) fleet.setSession({ type: 'no-fleet' });
      else unfollow = fleet.follow(shown.runtime, { ...shown, storage });
    },
    onPendingStart: (pendingStart) => fleet.store.setState({ pendingStart }),
    forget: async () => {
      ports.records.close();
      ports.ledgerStore.close();
      ports.content.close();
      await forgetDatabases(databasesOf('operator'));
      location.hash = '';
      location.reload();
    },
  });
  onPageLeaving(window, () => void session.close());
  await session.open();
  show(session.commands);
}

function remedyFor(error: unknown): string {
  if (error instanceof StoredByLaterVersion)
    return 'Update the server of this page, or open the dashboard where the later version is served; then load the page again.';
  return error instanceof StorageRefused
    ? 'Allow this site to store data (not a private window), then load the page again.'
    : 'Load the page again. If it stays, keep the browser console’s text for a report.';
}

function refuse(reason: string, remedy: string): void {
  fleet.setSession({ type: 'refused', reason, remedy });
  show(NOT_OPEN);
}

function show(commands: Commands): void {
  root.render(
    <StrictMode>
      <OperatorApp store={fleet.store} commands={commands} />
    </StrictMode>,
  );
}
