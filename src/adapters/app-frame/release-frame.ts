import type { ReleaseFrame } from '../../ports/release-frame.ts';
import { openBridge } from './bridge.ts';
import { deleteCookies } from './delete-cookies.ts';
import { type ReleaseRun, type ReleaseRunPlace, startRun } from './release-run.ts';
import type { ReloadOnce } from './reload-once.ts';

/**
 * How long after a release was taken down the page may be left: what the release did to its worker while it went, the
 * bridge has mended by then. Later is safe, and the screen is empty for longer.
 */
export const SETTLED_AFTER_MS = 2_500;

/**
 * How often cookies are looked for, in ms. A process of a release that was taken down may set some for a moment more, and one
 * that runs may at any time. A guess: less often is cheaper, and leaves them on the way to servers for longer.
 */
const SWEEP_EVERY_MS = 5_000;

/**
 * Throws a RangeError when `appOrigin` is not an origin, or is the shell's own. A start that fails loads the page again,
 * once, before it is told.
 */
export function createReleaseFrame(
  deps: ReleaseRunPlace & { readonly reloadOnce: ReloadOnce },
): ReleaseFrame {
  if (!URL.canParse(deps.appOrigin) || new URL(deps.appOrigin).origin !== deps.appOrigin)
    throw new RangeError(
      `the app origin must be an origin like https://kiosk.example:8443, not "${deps.appOrigin}"`,
    );
  // Attack: on the shell's own origin the sandbox holds nothing, and a release reads the device's keys.
  if (deps.appOrigin === location.origin)
    throw new RangeError(`the app origin is the shell's own, ${deps.appOrigin}: serve it on another port`);

  const { reloadOnce } = deps;
  let run: ReleaseRun | undefined;
  let closed = false;
  let cancelReload = () => {};
  let cancelSweep = () => {};
  const bridge = openBridge({ ...deps, onMessage: (message) => run?.onBridge(message) });
  const setCookie = (text: string) => {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store does not reach paths that end without a slash
    document.cookie = text;
  };
  const sweep = () => void deleteCookies(window.cookieStore, setCookie).catch(() => undefined);
  const stop = () => {
    run?.end();
    run = undefined;
    sweep();
  };
  const keepSweeping = () => {
    sweep();
    cancelSweep = deps.clock.schedule(SWEEP_EVERY_MS, keepSweeping);
  };
  keepSweeping();

  return {
    run(release, onEvent) {
      if (closed) throw new Error('the release frame is closed: make another to run a release');
      // Before the new one begins no page of the old one is left that could act in its place.
      stop();
      run = startRun({
        ...deps,
        bridge,
        release,
        mayReset: !reloadOnce.isLeft,
        onEvent,
        onStarted: reloadOnce.restore,
        onStartFailed: (event) => {
          if (!reloadOnce.isLeft) return onEvent(event);
          cancelReload = deps.clock.schedule(SETTLED_AFTER_MS, reloadOnce.reload);
          onEvent({ type: 'frame-reloads' });
        },
      });
    },
    update: (context) => run?.update(context),
    stop,
    close() {
      closed = true;
      cancelReload();
      cancelSweep();
      stop();
      bridge.close();
    },
  };
}
