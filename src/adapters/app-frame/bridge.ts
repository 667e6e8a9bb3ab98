import {
  type BridgeMessage,
  type DataTask,
  type PortOffer,
  parseBridgeMessage,
} from '../../app-origin/protocol.ts';
import type { Clock } from '../../ports/clock.ts';
import { bridgeFrame } from './frame-element.ts';
import { createMessageBudgets } from './message-budget.ts';

/** The hidden page of the app origin that installs its worker and passes it ports. */
export interface Bridge {
  /** 'failed' says why it cannot serve. */
  readonly state: BridgeState;
  /** Passes the worker a port for the files of a release; `begins` as in a PortOffer. */
  offer(port: MessagePort, begins: boolean): void;
  /** Has it work on what the app origin keeps, as soon as it is ready; it says over the port how that goes. */
  give(task: DataTask, port: MessagePort): void;
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
  /** Until the bridge is ready. */
  const waiting: (() => void)[] = [];

  const onMessage = ({ source, origin, data }: MessageEvent) => {
    if (origin !== deps.appOrigin || frame === undefined || source !== frame.contentWindow) return;
    const message = parseBridgeMessage(data);
    if (message === undefined || !withinBudget(message.type)) return;
    previous?.remove();
    if (message.type === 'port-wanted') {
      state = { type: 'ready' };
      for (const send of waiting.splice(0)) send();
    }
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
    give(task, port) {
      const send = () => frame?.contentWindow?.postMessage(task, deps.appOrigin, [port]);
      if (state.type === 'ready') send();
      else waiting.push(send);
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
