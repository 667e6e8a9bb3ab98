import { networkInterfaces } from 'node:os';
import type { Clock } from '../../ports/clock.ts';
import type { NetworkWatch } from '../../ports/network-watch.ts';

/** A guess: Node is not told of changes, and to ask takes a tenth of a millisecond. */
const LOOK_MS = 5_000;

/** Looks at the addresses of this machine's interfaces again and again. */
export function createInterfaceWatch(deps: {
  readonly clock: Clock;
  /** As text, the same when nothing changed; of this machine when absent. */
  readonly addresses?: () => string;
}): NetworkWatch {
  const { clock, addresses = ownAddresses } = deps;
  return {
    onChange(listener) {
      let known = addresses();
      const look = () => {
        const now = addresses();
        const changed = now !== known;
        known = now;
        cancel = clock.schedule(LOOK_MS, look);
        if (changed) listener();
      };
      let cancel = clock.schedule(LOOK_MS, look);
      return () => cancel();
    },
  };
}

function ownAddresses(): string {
  return Object.values(networkInterfaces())
    .flatMap((interfaces) => interfaces?.map(({ address }) => address) ?? [])
    .sort()
    .join();
}
