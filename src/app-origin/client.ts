/** The first script of every page of a release: gives it its context and tells the shell how it fares. */
import type { Fieldfare } from '../../packages/fieldfare-client/index.d.ts';
import type { ReleaseContext } from '../ports/release-frame.ts';
import { beginSession } from './begin-session.ts';
import { startBlobWorkers } from './blob-workers.ts';
import { keepCookies } from './kept-cookies.ts';
import { limitReach } from './limited-reach.ts';
import { type PageReport, startPageReport } from './page-report.ts';
import { askForPopups } from './popups.ts';
import { parseContextMessage } from './protocol.ts';
import { watchRefusedPowers } from './refused-powers.ts';
import { refuseSynchronousRequests } from './synchronous-requests.ts';
import { describe, watchErrors } from './watch-errors.ts';
import { showsSomething, watchPaint } from './watch-paint.ts';

/** Where a page finds the report of the page of the release that frames it: both tell the shell by one. */
const REPORT = Symbol.for('fieldfare report');

/** What the declarations say that a release sees as `window.fieldfare`, and nothing more. */
type Client = Fieldfare & { readonly [REPORT]: PageReport };

/** The script's own element says which release it is in, so that a page knows before it hears of anything else. */
function startClient(product: string, version: string): Client {
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
    product,
    get version() {
      return context?.release.version ?? version;
    },
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
    unhealthy: (reason) => report.unhealthy(reason === undefined ? '' : describe(reason)),
    busy: (until) => {
      const untilMs = Number(until);
      const problem = busyProblem(untilMs);
      if (problem === '') report.busy(untilMs);
      else report.notice('release-warning', problem, '');
    },
    onConfig(listener) {
      listeners.add(listener);
      if (context) listener(context.config);
      return () => void listeners.delete(listener);
    },
  });
}

/** A guess: no clock of a kiosk is so far behind, and nothing takes so long. */
const LEAST_TIME_MS = 100_000_000_000;

/** Why a time means nothing; 0 and what is past end being busy. */
function busyProblem(untilMs: number): string {
  if (Number.isNaN(untilMs)) return 'fieldfare.busy() was called with what is no time';
  return untilMs > 0 && untilMs < LEAST_TIME_MS
    ? `fieldfare.busy(${untilMs}) is a time in ${new Date(untilMs).getUTCFullYear()}: give the time until when, as Date.now() + 60_000`
    : '';
}

/** The client of the page around this one, when the release frames a page of its own. */
function clientOfParent(): Client | undefined {
  try {
    const client = (window.parent as Window & { fieldfare?: object }).fieldfare;
    // An app may have put something of its own there.
    return client !== undefined && REPORT in client ? (client as Client) : undefined;
  } catch {
    return undefined;
  }
}

// This comes before the client listens for errors: what is refused here is no error of the release.
startBlobWorkers(window, navigator.serviceWorker);
limitReach(window);
const { product = '', version = '', run = '', prints } = document.currentScript?.dataset ?? {};
beginSession(window, decodeURIComponent(run));
keepCookies(window, decodeURIComponent(product));
const client = clientOfParent() ?? startClient(decodeURIComponent(product), decodeURIComponent(version));
watchErrors(window, client[REPORT]);
watchPaint(window, client[REPORT]);
refuseSynchronousRequests(window, client[REPORT]);
watchRefusedPowers(window, client[REPORT], prints !== undefined);
askForPopups(window, client[REPORT]);
// Configurable, or a script of the app that says `const fieldfare = window.fieldfare` is a SyntaxError.
Object.defineProperty(window, 'fieldfare', { value: client, enumerable: true, configurable: true });
