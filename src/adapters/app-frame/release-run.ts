import {
  type ContextMessage,
  type PageSigns,
  type PortOffer,
  parseBridgeMessage,
  parseClientMessage,
} from '../../app-origin/protocol.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FrameEvent, ReleaseContext, RunnableRelease } from '../../ports/release-frame.ts';
import { answerFiles } from './file-answers.ts';
import { appFrame, bridgeFrame } from './frame-element.ts';
import { createMessageBudgets } from './message-budget.ts';

/** One release from its start to its end. */
export interface ReleaseRun {
  update(context: ReleaseContext): void;
  /** Idempotent; no event follows. */
  end(): void;
}

/**
 * A guess: the first start installs the worker, which takes a slow kiosk a second or two. It also covers the time that
 * Chromium takes to end the process of a release that hangs, which the next page of that origin would else wait for.
 */
const BRIDGE_TIMEOUT_MS = 8_000;
/** A second bridge cures a start that fell into the end of the last process. */
const BRIDGE_ATTEMPTS = 2;
/** A guess: from the frame to the first script of its page, over IndexedDB and a busy processor. */
const PAGE_TIMEOUT_MS = 20_000;
/** Each is shown to an operator; more of them say nothing new. */
const MAX_NOTICES = { 'release-error': 20, 'release-warning': 100 };

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
    readonly release: RunnableRelease;
    readonly onEvent: (event: FrameEvent) => void;
  },
): ReleaseRun {
  const { appOrigin, container, clock, release } = deps;
  const withinBudget = createMessageBudgets(clock.monotonicMs);
  /** The same on each port of this run, so that the worker goes on where it lost one. */
  const run = crypto.randomUUID();
  let context = release.context;
  let bridge: HTMLIFrameElement | undefined;
  let page: HTMLIFrameElement | undefined;
  let port: MessagePort | undefined;
  let cancelTimeout = () => {};
  let attempts = 0;
  const notices = { 'release-error': 0, 'release-warning': 0 };
  let pageStarted = false;
  /** What the page that began last has shown. */
  let shown = new Set<keyof PageSigns>();

  openBridge();
  window.addEventListener('message', onMessage);

  function openBridge(): void {
    attempts += 1;
    bridge?.remove();
    bridge = bridgeFrame(appOrigin);
    container.append(bridge);
    cancelTimeout = clock.schedule(BRIDGE_TIMEOUT_MS, () => {
      if (attempts < BRIDGE_ATTEMPTS) openBridge();
      else
        fail(
          `the app origin ${appOrigin} did not answer: see that its server runs, that this browser trusts its ` +
            'certificate, and that it is on the same site as this page',
        );
    });
  }

  function offerPort(): void {
    port?.close();
    const channel = new MessageChannel();
    port = channel.port1;
    answerFiles(channel.port1, run, release.files, openPage);
    const offer: PortOffer = { type: 'port-offer' };
    bridge?.contentWindow?.postMessage(offer, appOrigin, [channel.port2]);
  }

  function openPage(): void {
    if (page) return;
    cancelTimeout();
    page = appFrame(`${appOrigin}/`, `${context.release.product} ${context.release.version}`, true);
    page.dataset.releaseFrame = context.release.version;
    container.append(page);
    cancelTimeout = clock.schedule(PAGE_TIMEOUT_MS, () =>
      fail(
        `the first page of the release did not start in ${PAGE_TIMEOUT_MS / 1000} s: see that it ships an index.html`,
      ),
    );
  }

  function onMessage(event: MessageEvent): void {
    if (event.origin !== appOrigin) return;
    if (bridge && event.source === bridge.contentWindow) onBridgeMessage(event);
    else if (page && event.source === page.contentWindow) onPageMessage(event);
  }

  function onBridgeMessage(event: MessageEvent): void {
    const message = parseBridgeMessage(event.data);
    if (message === undefined || !withinBudget(message.type)) return;
    if (message?.type === 'port-wanted') offerPort();
    else fail(`the worker of the app origin ${appOrigin} could not start: ${message.reason}`);
  }

  function onPageMessage(event: MessageEvent): void {
    const message = parseClientMessage(event.data);
    // Only ours are counted: apps post to their parent too, and theirs must not crowd out what is meant for the shell.
    if (message === undefined || !withinBudget(message.type)) return;
    switch (message.type) {
      case 'page-started':
        shown = new Set();
        pageStarted = true;
        cancelTimeout();
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
        deps.onEvent({ type: 'release-beat' });
        break;
      case 'release-error':
      case 'release-warning':
        if (notices[message.type]++ < MAX_NOTICES[message.type]) deps.onEvent(message);
    }
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

  function fail(reason: string): void {
    end();
    deps.onEvent({ type: 'frame-failed', reason });
  }

  function end(): void {
    cancelTimeout();
    window.removeEventListener('message', onMessage);
    port?.close();
    page?.remove();
    bridge?.remove();
    port = page = bridge = undefined;
  }

  return {
    update(newContext) {
      context = newContext;
      if (pageStarted) sendContext();
    },
    end,
  };
}
