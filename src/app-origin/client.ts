/** The first script of every page of a release: gives it its context and tells the shell how it fares. */
import type { ReleaseContext } from '../ports/release-frame.ts';
import { startBlobWorkers } from './blob-workers.ts';
import { keepCookies } from './kept-cookies.ts';
import { limitReach } from './limited-reach.ts';
import { type PageReport, startPageReport } from './page-report.ts';
import { parseContextMessage } from './protocol.ts';
import { refuseSynchronousRequests } from './synchronous-requests.ts';
import { watchErrors } from './watch-errors.ts';
import { showsSomething, watchPaint } from './watch-paint.ts';

/** `window.fieldfare`, as a release sees it. */
export interface FieldfareClient {
  /** Resolves when the shell has said who this device is and what it should show; the properties are set from then on. */
  readonly ready: Promise<ReleaseContext>;
  readonly release: ReleaseContext['release'] | undefined;
  readonly device: ReleaseContext['device'] | undefined;
  readonly config: ReleaseContext['config'] | undefined;
  /** What the fleet says of its services, by name. */
  readonly services: ReleaseContext['services'] | undefined;
  /** The release works: call it once what people need is on the screen. */
  healthy(): void;
  /** Calls with the config as soon as it is known and whenever it changes; the returned function ends that. */
  onConfig(listener: (config: ReleaseContext['config']) => void): () => void;
}

/** Where a page finds the report of the page of the release that frames it: both tell the shell by one. */
const REPORT = Symbol.for('fieldfare report');

type Client = FieldfareClient & { readonly [REPORT]: PageReport };

function startClient(): Client {
  const shell = window.parent;
  const listeners = new Set<(config: ReleaseContext['config']) => void>();
  let context: ReleaseContext | undefined;
  let becomeReady: (context: ReleaseContext) => void;
  const ready = new Promise<ReleaseContext>((resolve) => {
    becomeReady = resolve;
  });

  window.addEventListener('message', (event) => {
    const message = event.source === shell ? parseContextMessage(event.data) : undefined;
    if (!message) return;
    context = message.context;
    becomeReady(context);
    for (const listener of listeners) listener(context.config);
  });

  const report = startPageReport(
    // Any target will do: `frame-ancestors` lets no other page than the shell be the parent, and nothing said is secret.
    (message) => shell.postMessage(message, '*'),
    () => showsSomething(document),
  );
  window.addEventListener('load', () => report.show('loaded'));

  return Object.freeze<Client>({
    ready,
    [REPORT]: report,
    get release() {
      return context?.release;
    },
    get device() {
      return context?.device;
    },
    get services() {
      return context?.services;
    },
    get config() {
      return context?.config;
    },
    healthy: () => report.show('healthy'),
    onConfig(listener) {
      listeners.add(listener);
      if (context) listener(context.config);
      return () => void listeners.delete(listener);
    },
  });
}

/** The client of the page around this one, when the release frames a page of its own. */
function clientOfParent(): Client | undefined {
  try {
    return (window.parent as Window & { fieldfare?: Client }).fieldfare;
  } catch {
    return undefined;
  }
}

// This comes before the client listens for errors: what is refused here is no error of the release.
startBlobWorkers(window, navigator.serviceWorker);
limitReach(window);
keepCookies(window, decodeURIComponent(document.currentScript?.dataset.product ?? ''));
const client = clientOfParent() ?? startClient();
watchErrors(window, client[REPORT]);
watchPaint(window, client[REPORT]);
refuseSynchronousRequests(window, client[REPORT]);
Object.defineProperty(window, 'fieldfare', { value: client, enumerable: true });
