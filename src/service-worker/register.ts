const WORKER_URL = '/service-worker.js';
/** Browsers look for a new worker on navigation only and a kiosk never navigates. An hour is a guess: shorter spends requests, longer delays shell updates. */
const LOOK_FOR_UPDATE_EVERY_MS = 60 * 60 * 1000;

export interface ShellRegistration {
  /** Looks for a newer build now. A server that cannot be reached is the normal state of an offline device. */
  look(): void;
  /** Stops looking for updates and listening; the installed worker stays. Idempotent. */
  close(): void;
}

/**
 * Installs the shell, so that it starts offline. `onUpdateReady` is called when a newer build is wholly here and waits;
 * `apply` activates it and loads the page again, once. When another tab applied it first, `apply` only reloads.
 * Does nothing in development and where the context is not secure (no service workers there).
 */
export function registerShell(options: { onUpdateReady: (apply: () => void) => void }): ShellRegistration {
  if (import.meta.env.DEV || !('serviceWorker' in navigator)) return { look: () => {}, close: () => {} };
  const workers = navigator.serviceWorker;
  const stop = new AbortController();
  const hadController = workers.controller !== null;
  let applying = false;
  let reloaded = false;

  const reload = () => {
    if (reloaded) return;
    reloaded = true;
    location.reload();
  };

  const offer = (waiting: ServiceWorker) => {
    options.onUpdateReady(() => {
      applying = true;
      if (waiting.state === 'activated') return reload();
      // A page that was loaded past the worker has no controller that could change.
      waiting.addEventListener('statechange', () => waiting.state === 'activated' && reload());
      waiting.postMessage({ type: 'skip-waiting' });
    });
  };

  workers.addEventListener(
    'controllerchange',
    () => {
      if (applying) reload();
      else if (hadController) options.onUpdateReady(reload);
    },
    { signal: stop.signal },
  );

  let timer: ReturnType<typeof setInterval> | undefined;
  let look = () => {};
  workers.register(WORKER_URL, { scope: '/', updateViaCache: 'none' }).then(
    (registration) => {
      if (stop.signal.aborted) return;
      if (registration.waiting) offer(registration.waiting);
      registration.addEventListener(
        'updatefound',
        () => {
          const next = registration.installing;
          // Without an active worker this is the first install, which waits for nobody.
          if (next === null || registration.active === null) return;
          next.addEventListener('statechange', () => next.state === 'installed' && offer(next), {
            signal: stop.signal,
          });
        },
        { signal: stop.signal },
      );
      look = () => void registration.update().catch(() => {});
      timer = setInterval(look, LOOK_FOR_UPDATE_EVERY_MS);
    },
    (error: unknown) => {
      console.warn('The shell could not be installed, so it will not start offline:', error);
    },
  );

  return {
    look: () => look(),
    close() {
      stop.abort();
      look = () => {};
      clearInterval(timer);
    },
  };
}
