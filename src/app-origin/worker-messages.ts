import type { LeftBehind } from './left-behind.ts';
import { isPortOffer, isTakingNotice, type PortOffer } from './protocol.ts';
import type { WorkerClient, WorkerMessageEvent } from './worker-scope.ts';

/**
 * Whom the worker listens to: the bridge alone. Attack: a release offers a port of its own, floods the queue in which the shell's comes,
 * or takes this worker's registration; it is blamed, unless it may be one that an earlier run left behind.
 */
export function createWorkerMessages(deps: {
  readonly isBridge: (client: WorkerClient | null) => boolean;
  readonly leftBehind: Pick<LeftBehind, 'has' | 'linger'>;
  readonly takePort: (port: MessagePort, offer: PortOffer) => void;
  readonly blame: () => void;
}): (event: WorkerMessageEvent) => void {
  const { leftBehind, blame } = deps;
  return ({ source, data, ports }) => {
    // First of all, since of a flood each message costs what is done here.
    if (!deps.isBridge(source)) {
      if (!leftBehind.has(source?.id ?? '')) blame();
    } else if (isTakingNotice(data)) {
      if (!leftBehind.linger()) blame();
    } else if (ports[0] && isPortOffer(data)) deps.takePort(ports[0], data);
  };
}
