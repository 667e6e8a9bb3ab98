/** The first script of every page of a release: gives it its context and tells the shell how it fares. */
import type { ReleaseContext } from '../ports/release-frame.ts';
import { limitReach } from './limited-reach.ts';
import {
  type ClientMessage,
  MAX_ERROR_MESSAGE_CHARACTERS,
  MAX_ERROR_SOURCE_CHARACTERS,
  parseContextMessage,
} from './protocol.ts';

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

type FieldfareWindow = Window & { fieldfare?: FieldfareClient };

const BEAT_INTERVAL_MS = 1_000;
/** A page that throws in a loop tells no more after this many. */
const MAX_ERRORS_TOLD = 20;

function startClient(): FieldfareClient {
  const shell = window.parent;
  const listeners = new Set<(config: ReleaseContext['config']) => void>();
  let context: ReleaseContext | undefined;
  let errorsTold = 0;
  let healthTold = false;
  let becomeReady: (context: ReleaseContext) => void;
  const ready = new Promise<ReleaseContext>((resolve) => {
    becomeReady = resolve;
  });

  // Any target will do: `frame-ancestors` lets no other page than the shell be the parent, and nothing said is secret.
  const tell = (message: ClientMessage) => shell.postMessage(message, '*');
  const tellError = (message: string, source: string) => {
    if (errorsTold++ >= MAX_ERRORS_TOLD) return;
    tell({
      type: 'release-error',
      message: message.slice(0, MAX_ERROR_MESSAGE_CHARACTERS),
      source: source.slice(0, MAX_ERROR_SOURCE_CHARACTERS),
    });
  };

  window.addEventListener('message', (event) => {
    const message = event.source === shell ? parseContextMessage(event.data) : undefined;
    if (!message) return;
    context = message.context;
    becomeReady(context);
    for (const listener of listeners) listener(context.config);
  });

  // In the capture phase, because a script that cannot be loaded tells it by an event that does not bubble.
  window.addEventListener(
    'error',
    (event: Event) => {
      if (event instanceof ErrorEvent)
        tellError(event.message, event.filename ? `${event.filename}:${event.lineno}` : '');
      else if (event.target instanceof HTMLScriptElement)
        tellError('a script of the release could not be loaded', event.target.src);
    },
    true,
  );
  window.addEventListener('unhandledrejection', (event) => tellError(describe(event.reason), 'promise'));
  window.addEventListener('load', () => tell({ type: 'release-loaded' }));
  let painted = false;
  const tellPainted = () => {
    if (!painted) tell({ type: 'release-painted' });
    painted = true;
  };
  new PerformanceObserver((list, observer) => {
    if (list.getEntriesByName('first-contentful-paint').length === 0) return;
    observer.disconnect();
    tellPainted();
  }).observe({ type: 'paint', buffered: true });
  setInterval(() => {
    tell({ type: 'release-beat' });
    // A tab in the background never paints, however well the release is: there its layout has to do.
    if (document.visibilityState === 'hidden' && hasLaidOutContent(document)) tellPainted();
  }, BEAT_INTERVAL_MS);
  tell({ type: 'context-wanted' });

  return Object.freeze<FieldfareClient>({
    ready,
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
    healthy() {
      // Some apps call it with every frame they draw.
      if (healthTold) return;
      healthTold = true;
      tell({ type: 'release-healthy' });
    },
    onConfig(listener) {
      listeners.add(listener);
      if (context) listener(context.config);
      return () => void listeners.delete(listener);
    },
  });
}

function hasLaidOutContent({ readyState, body }: Document): boolean {
  if (readyState !== 'complete' || body.getBoundingClientRect().height === 0) return false;
  return body.innerText.trim() !== '' || body.querySelector('img, svg, canvas, video') !== null;
}

/** What was thrown may be anything, also something that throws when it is read. */
function describe(reason: unknown): string {
  try {
    return reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
  } catch {
    return 'a promise was rejected with a value that cannot be shown';
  }
}

/** The client of the page around this one, when the release frames a page of its own. */
function clientOfParent(): FieldfareClient | undefined {
  try {
    return (window.parent as FieldfareWindow).fieldfare;
  } catch {
    return undefined;
  }
}

Object.defineProperty(window, 'fieldfare', { value: clientOfParent() ?? startClient(), enumerable: true });
limitReach(window);
