import type { ReleaseFrame } from '../../ports/release-frame.ts';
import { installWorker } from './install-worker.ts';
import { type ReleaseRun, type ReleaseRunPlace, startRun } from './release-run.ts';

/**
 * Installs the app origin's worker at once, so that a first release also runs when its server is gone by then.
 * Throws a RangeError when `appOrigin` is not an origin, or is the shell's own.
 */
export function createReleaseFrame(deps: ReleaseRunPlace): ReleaseFrame {
  if (!URL.canParse(deps.appOrigin) || new URL(deps.appOrigin).origin !== deps.appOrigin)
    throw new RangeError(
      `the app origin must be an origin like https://kiosk.example:8443, not "${deps.appOrigin}"`,
    );
  // Attack: on the shell's own origin the sandbox holds nothing, and a release reads the device's keys.
  if (deps.appOrigin === location.origin)
    throw new RangeError(`the app origin is the shell's own, ${deps.appOrigin}: serve it on another port`);

  let run: ReleaseRun | undefined;
  let closed = false;
  const endInstall = installWorker(deps);
  const stop = () => {
    endInstall();
    run?.end();
    run = undefined;
  };

  return {
    run(release, onEvent) {
      if (closed) throw new Error('the release frame is closed: make another to run a release');
      // Before the new one begins no page of the old one is left that could act in its place.
      stop();
      run = startRun({ ...deps, release, onEvent });
    },
    update: (context) => run?.update(context),
    stop,
    close() {
      closed = true;
      stop();
    },
  };
}
