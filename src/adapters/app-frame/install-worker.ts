import { parseBridgeMessage } from '../../app-origin/protocol.ts';
import type { Clock } from '../../ports/clock.ts';
import { bridgeFrame } from './frame-element.ts';

/** A guess: a slow kiosk with a slow server; the bridge that waits costs a hidden page. */
const INSTALL_TIMEOUT_MS = 60_000;

/**
 * Installs the app origin's worker before there is a release to run: the first one may arrive over the mesh when the
 * server that has the worker is gone. A failure says nothing yet: each run tries again and reports. The returned
 * function gives up; idempotent.
 */
export function installWorker(deps: {
  readonly appOrigin: string;
  readonly container: HTMLElement;
  readonly clock: Clock;
}): () => void {
  const bridge = bridgeFrame(deps.appOrigin);
  const end = () => {
    cancelTimeout();
    window.removeEventListener('message', onMessage);
    bridge.remove();
  };
  const onMessage = ({ source, origin, data }: MessageEvent) => {
    // Both messages of a bridge end this: the worker serves, or it can not.
    const told = origin === deps.appOrigin && source === bridge.contentWindow;
    if (told && parseBridgeMessage(data)) end();
  };
  const cancelTimeout = deps.clock.schedule(INSTALL_TIMEOUT_MS, end);
  window.addEventListener('message', onMessage);
  deps.container.append(bridge);
  return end;
}
