import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Commands } from '../../../src/store/commands.ts';
import { createFleetStore } from '../../../src/store/fleet-store.ts';
import type { FleetModel } from '../../../src/store/model.ts';
import type { Projection } from '../../../src/store/projection/projection.ts';
import { createWholeProjection } from '../../../src/store/testing/whole-projection.ts';
import { OperatorApp } from '../../../src/ui/operator/OperatorApp.tsx';
import { createBusyFleet } from '../fleet.ts';
import './page-contract.ts';

/** What pages ask of a dashboard while nobody does anything. */
const IDLE = new Proxy({} as Commands, { get: () => () => () => {} });

let fleet: ReturnType<typeof createBusyFleet>;
/** The store as dashboards have it, and one of which everything is made anew. */
let today: StoreApi<FleetModel>;
let scratch: StoreApi<FleetModel>;
let whole: Projection;
let flush: () => void = () => {};

const flushWhole = () => scratch.setState(whole.look(fleet.shown.now()));

function timeOf(work: () => void): number {
  const startMs = performance.now();
  work();
  return performance.now() - startMs;
}

/** Runs `step` so often, and of so many of them, evenly spread, what is measured from scratch. */
function measure(
  flushes: number,
  fromScratch: number,
  step: { readonly hear: () => void; readonly today: () => void; readonly fromScratch: () => void },
) {
  const times = { today: [] as number[], fromScratch: [] as number[] };
  const every = Math.floor(flushes / fromScratch);
  for (let count = 0; count < flushes; count++) {
    step.hear();
    times.today.push(timeOf(step.today));
    if (count % every === every - 1) times.fromScratch.push(timeOf(step.fromScratch));
  }
  return times;
}

window.dashboardBench = {
  prepare: (options) => {
    fleet = createBusyFleet(options);
    const { runtime, beside, now, onEvent } = fleet.shown;
    whole = createWholeProjection(runtime, beside);
    onEvent(whole.onEvent);
    const store = createFleetStore({
      nowMs: () => now().wallMs,
      monotonicMs: () => now().monotonicMs,
      schedule: (_, run) => {
        flush = run;
        return () => {};
      },
    });
    store.follow(runtime, beside);
    today = store.store;
    scratch = createStore<FleetModel>(() => today.getState());
  },
  measureFlushes: ({ occasion, flushes, fromScratch }) =>
    measure(flushes, fromScratch, {
      hear: () => {
        fleet.hear();
        if (occasion === 'config') fleet.writeConfig();
        if (occasion === 'release') fleet.publish();
      },
      today: () => flush(),
      fromScratch: flushWhole,
    }),
  measurePage: async ({ path, flushes, fromScratch }) => {
    location.hash = path;
    const laidOut = (work: () => void) => () => {
      flushSync(work);
      document.body.getBoundingClientRect();
    };
    const times = { today: [] as number[], fromScratch: [] as number[] };
    for (const [store, count] of [
      [today, flushes],
      [scratch, fromScratch],
    ] as const) {
      const element = document.body.appendChild(document.createElement('div'));
      const root = createRoot(element);
      flushSync(() => root.render(<OperatorApp store={store} commands={IDLE} />));
      // The page's own code is loaded when it is opened.
      while (element.querySelector('main h1') === null) await new Promise((done) => setTimeout(done, 20));
      const work = store === today ? () => flush() : flushWhole;
      laidOut(work)();
      for (let at = 0; at < count; at++) {
        fleet.hear();
        (store === today ? times.today : times.fromScratch).push(timeOf(laidOut(work)));
      }
      root.unmount();
      element.remove();
    }
    return times;
  },
};
