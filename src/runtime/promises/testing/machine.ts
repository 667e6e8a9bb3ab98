import type { KeptPlace } from '../../../ports/kept-place.ts';
import type { LedgerStore, RecordStore } from '../../../ports/stores.ts';
import type { RuntimePorts } from '../../runtime-ports.ts';

/** Ports of one node over stores that outlive it, and what it still has of timers and does to the stores. */
export interface Machine {
  readonly ports: RuntimePorts;
  /** Timers that are set. */
  timers(): number;
  /** Everything that was kept so far. */
  writes(): number;
  /** From now on it keeps nothing, hears no timer and is told that all its stores refuse: the process is as good as dead. */
  cutPower(): void;
}

/** A machine with the stores of `ports`; a further one over the same ports is the same machine after a start. */
export function createMachine(ports: RuntimePorts): Machine {
  let pending = 0;
  let writes = 0;
  let isDead = false;

  const kept = async (write: () => Promise<void>): Promise<void> => {
    if (isDead) throw new Error('the power is cut');
    writes++;
    await write();
  };
  const ledgerStore: LedgerStore = {
    load: ports.ledgerStore.load,
    append: (records) => kept(() => ports.ledgerStore.append(records)),
    close: () => {},
  };
  const records: RecordStore = {
    get: ports.records.get,
    put: (values) => kept(() => ports.records.put(values)),
    close: () => {},
  };
  const places = ports.places.map(
    (place): KeptPlace => ({ get: place.get, put: (name, text) => kept(() => place.put(name, text)) }),
  );
  const { clock } = ports;
  return {
    ports: {
      ...ports,
      ledgerStore,
      records,
      places,
      clock: {
        ...clock,
        schedule: (delayMs, run) => {
          pending++;
          let isSet = true;
          const end = () => {
            if (isSet) pending--;
            isSet = false;
          };
          const cancel = clock.schedule(delayMs, () => {
            end();
            if (!isDead) run();
          });
          return () => {
            end();
            cancel();
          };
        },
      },
    },
    timers: () => pending,
    writes: () => writes,
    cutPower: () => {
      isDead = true;
    },
  };
}
