import {
  type BridgeMessage,
  type ContextMessage,
  type PageSigns,
  parseClientMessage,
} from '../../app-origin/protocol.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FrameEvent, ReleaseContext, RunnableRelease } from '../../ports/release-frame.ts';
import type { Bridge } from './bridge.ts';
import { appFrame } from './frame-element.ts';
import { handOver } from './hand-over.ts';
import { createBudgets, createMessageBudgets } from './message-budget.ts';
import { withoutOwnHosts } from './own-hosts.ts';
import { createPopupWindow } from './popup-window.ts';

/** One release from its start to its end. */
export interface ReleaseRun {
  update(context: ReleaseContext): void;
  onBridge(message: BridgeMessage): void;
  /** Idempotent; no event follows. */
  end(): void;
}

/** A guess: from the frame to the first script of its page, over IndexedDB and a busy processor. */
const PAGE_TIMEOUT_MS = 20_000;
/** More of a host's name tells nobody anything. */
const MAX_HOST_CHARACTERS = 80;
/** In NOTICES_MS: each is shown to an operator, and more of them say nothing new. */
const MAX_NOTICES = { 'release-error': 20, 'release-unhealthy': 20, 'release-warning': 100 };
/** A guess: what fails after a week of harmless notices is heard, and whatever a release says, so much and no more is counted. */
const NOTICES_MS = 600_000;
/** A guess: less says nothing new of how long a release is busy. */
const BUSY_STEP_MS = 1_000;

const SIGNS = ['loaded', 'painted', 'healthy'] as const satisfies readonly (keyof PageSigns)[];

/** Where and by which clock releases run. */
export interface ReleaseRunPlace {
  /** Origin on which releases run: another port of this host, or a sibling subdomain, so that it is the same site. */
  readonly appOrigin: string;
  /** Filled by the running release, and emptied when it stops. */
  readonly container: HTMLElement;
  readonly clock: Clock;
}

export function startRun(
  deps: ReleaseRunPlace & {
    readonly bridge: Bridge;
    readonly release: RunnableRelease;
    /** As of `handOver`. */
    readonly mayReset: boolean;
    readonly onEvent: (event: FrameEvent) => void;
    /** The release's first page runs. */
    readonly onStarted: () => void;
    /** In place of an event: nothing runs. */
    readonly onStartFailed: (event: Extract<FrameEvent, { reason: string }>) => void;
  },
): ReleaseRun {
  const { appOrigin, container, clock, release } = deps;
  const withinBudget = createMessageBudgets(clock.monotonicMs);
  const permissions = withoutOwnHosts(release.permissions, [location.hostname, new URL(appOrigin).hostname]);
  const popup = createPopupWindow(permissions.popups);
  let context = release.context;
  let page: HTMLIFrameElement | undefined;
  let cancelTimeout = () => {};
  const mayNotice = createBudgets(
    clock.monotonicMs,
    NOTICES_MS,
    (type: keyof typeof MAX_NOTICES) => MAX_NOTICES[type],
  );
  /** As of the page that began last. */
  let busyUntilMs = 0;
  let pageStarted = false;
  /** What the page that began last has shown. */
  let shown = new Set<keyof PageSigns>();

  window.addEventListener('message', onMessage);
  const files = handOver({
    ...deps,
    ...context.release,
    files: release.files,
    permissions,
    onTaken: openPage,
    onFailed: (reason) => failStart('app-origin-failed', reason),
    onDisturbed: () => fail('it meddles with the worker that serves it'),
  });

  function openPage(): void {
    const title = `${context.release.product} ${context.release.version}`;
    page = appFrame(`${appOrigin}/`, title, true, permissions);
    page.dataset.releaseFrame = context.release.version;
    container.append(page);
    cancelTimeout = clock.schedule(PAGE_TIMEOUT_MS, () =>
      failStart(
        'frame-failed',
        `the first page of the release did not start in ${PAGE_TIMEOUT_MS / 1000} s: see that it ships an index.html`,
      ),
    );
  }

  function onMessage(event: MessageEvent): void {
    if (event.origin === appOrigin && page && event.source === page.contentWindow) onPageMessage(event);
  }

  function onPageMessage(event: MessageEvent): void {
    const message = parseClientMessage(event.data);
    // Only ours are counted: apps post to their parent too, and theirs must not crowd out what is meant for the shell.
    if (message === undefined || !withinBudget(message.type)) return;
    switch (message.type) {
      case 'page-started':
        shown = new Set();
        busyUntilMs = 0;
        cancelTimeout();
        if (!pageStarted) deps.onStarted();
        pageStarted = true;
        sendContext();
        deps.onEvent(message);
        break;
      case 'release-loaded':
        onShown('loaded');
        break;
      case 'release-painted':
        onShown('painted');
        break;
      case 'release-healthy':
        onShown('healthy');
        break;
      case 'release-beat':
        for (const sign of SIGNS) if (message.shown[sign]) onShown(sign);
        onBusy(message.busyForMs);
        deps.onEvent({ type: 'release-beat' });
        break;
      case 'release-busy':
        onBusy(message.forMs);
        break;
      case 'popup-wanted':
        onPopupWanted(message.address);
        break;
      case 'release-error':
      case 'release-unhealthy':
      case 'release-warning':
        onNotice(message);
    }
  }

  /** Each beat repeats what the page asked for last: the word itself may have been lost among many. */
  function onBusy(forMs: number): void {
    const untilMs = clock.monotonicMs() + forMs;
    if (Math.abs(untilMs - busyUntilMs) < BUSY_STEP_MS || (forMs === 0 && busyUntilMs < untilMs)) return;
    busyUntilMs = untilMs;
    deps.onEvent({ type: 'release-busy', forMs });
  }

  function onNotice(notice: Extract<FrameEvent, { type: keyof typeof MAX_NOTICES }>): void {
    if (mayNotice(notice.type)) deps.onEvent(notice);
  }

  function onPopupWanted(address: string): void {
    const refused = popup.open(address);
    if (refused === undefined) return;
    const host = URL.canParse(address) ? new URL(address).origin.slice(0, MAX_HOST_CHARACTERS) : 'nothing';
    const why = refused === 'blocked' ? 'the browser blocks it' : 'not granted';
    onNotice({ type: 'release-warning', message: `Asked for a window of ${host}, ${why}`, source: '' });
  }

  function onShown(sign: keyof PageSigns): void {
    if (shown.has(sign)) return;
    shown.add(sign);
    // A kiosk's keyboard or scanner types into what it shows.
    if (sign === 'loaded') page?.focus();
    deps.onEvent({ type: `release-${sign}` });
  }

  function sendContext(): void {
    const message: ContextMessage = { type: 'release-context', context };
    page?.contentWindow?.postMessage(message, appOrigin);
  }

  function failStart(type: 'app-origin-failed' | 'frame-failed', reason: string): void {
    end();
    deps.onStartFailed({ type, reason });
  }

  function fail(reason: string): void {
    end();
    deps.onEvent({ type: 'frame-failed', reason });
  }

  function end(): void {
    cancelTimeout();
    window.removeEventListener('message', onMessage);
    files.end();
    popup.close();
    page?.remove();
    page = undefined;
  }

  return {
    update(newContext) {
      context = newContext;
      if (pageStarted) sendContext();
    },
    onBridge: files.onBridge,
    end,
  };
}
