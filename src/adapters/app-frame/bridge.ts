import { type BridgeMessage, type PortOffer, parseBridgeMessage } from '../../app-origin/protocol.ts';
import type { Clock } from '../../ports/clock.ts';
import { bridgeFrame } from './frame-element.ts';
import { createMessageBudgets } from './message-budget.ts';

/** The hidden page of the app origin that installs its worker and passes it ports. */
export interface Bridge {
  /** 'failed' says why it cannot serve. */
  readonly state: BridgeState;
  /** Passes the worker a port for the files of a release; `begins` as in a PortOffer. */
  offer(port: MessagePort, begins: boolean): void;
  /** A new page in place of one that failed or is silent. */
  renew(): void;
  /** Idempotent. */
  close(): void;
}

export type BridgeState =
  | { readonly type: 'opening' }
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly reason: string };

/**
 * Opened when the kiosk page starts, because the first release may arrive over the mesh when the server that has the
 * worker is gone; it stays, because the browser keeps the worker's registration only while a page of it lives.
 */
export function openBridge(deps: {
  readonly appOrigin: string;
  readonly container: HTMLElement;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly onMessage: (message: BridgeMessage) => void;
}): Bridge {
  let frame: HTMLIFrameElement | undefined;
  /** Stays until the next one speaks: it may be all that holds the worker's registration. */
  let previous: HTMLIFrameElement | undefined;
  const withinBudget = createMessageBudgets(deps.clock.monotonicMs);
  let state: BridgeState = { type: 'opening' };

  const onMessage = ({ source, origin, data }: MessageEvent) => {
    if (origin !== deps.appOrigin || frame === undefined || source !== frame.contentWindow) return;
    const message = parseBridgeMessage(data);
    if (message === undefined || !withinBudget(message.type)) return;
    previous?.remove();
    if (message.type === 'port-wanted') state = { type: 'ready' };
    if (message.type === 'bridge-failed') state = { type: 'failed', reason: message.reason };
    deps.onMessage(message);
  };
  const renew = () => {
    previous?.remove();
    previous = frame;
    frame = bridgeFrame(deps.appOrigin);
    state = { type: 'opening' };
    deps.container.append(frame);
  };

  window.addEventListener('message', onMessage);
  renew();
  return {
    get state() {
      return state;
    },
    offer(port, begins) {
      const offer: PortOffer = { type: 'port-offer', begins };
      frame?.contentWindow?.postMessage(offer, deps.appOrigin, [port]);
    },
    renew,
    close() {
      window.removeEventListener('message', onMessage);
      previous?.remove();
      frame?.remove();
      frame = undefined;
    },
  };
}
