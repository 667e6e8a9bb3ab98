import type { FrameFact } from '../../src/core/device/input.ts';
import type { NodeInput } from '../../src/core/node/input.ts';
import type { HostServices } from '../fleet/host.ts';

/** What a release does on the screen of a simulated device. */
export type ReleaseConduct =
  | 'healthy'
  /** It loads, and then its page is busy for ever. */
  | 'hangs'
  /** It throws an error as it loads. */
  | 'throws';

/** The screen of one device: one release at a time, of which the device is told what a real frame would tell. */
export interface SimulatedFrame {
  run(conduct: ReleaseConduct, run: number): void;
  /** Nothing is on the screen but a failure. */
  fail(reason: string, run: number): void;
  stop(): void;
  onTimer(): void;
}

/** Guesses: a page begins, loads and paints so long after it was asked for. */
const STARTS_MS = 200;
const LOADS_MS = 600;
/** As the shell's (D6). */
const BEAT_MS = 1_000;

export function createReleaseFrame(
  { schedule, cancel }: Pick<HostServices<never>, 'schedule' | 'cancel'>,
  timer: string,
  tell: (input: NodeInput) => void,
): SimulatedFrame {
  let shown: { readonly run: number; readonly conduct: ReleaseConduct; steps: number } | undefined;
  const say = (fact: FrameFact, run: number) => tell({ type: 'device-input', input: { ...fact, run } });

  const load = (run: number, conduct: ReleaseConduct) => {
    if (conduct === 'throws') say({ type: 'release-error', message: 'undefined is not a function' }, run);
    say({ type: 'release-loaded' }, run);
    if (conduct === 'hangs') return;
    say({ type: 'release-painted' }, run);
    if (conduct === 'healthy') say({ type: 'release-healthy' }, run);
  };

  return {
    run: (conduct, run) => {
      shown = { run, conduct, steps: 0 };
      schedule(timer, STARTS_MS);
    },
    fail: (reason, run) => {
      shown = undefined;
      cancel(timer);
      say({ type: 'frame-failed', reason }, run);
    },
    stop: () => {
      shown = undefined;
      cancel(timer);
    },
    onTimer: () => {
      if (shown === undefined) return;
      const { run, conduct } = shown;
      const step = shown.steps++;
      if (step > 1 && conduct === 'hangs') return;
      schedule(timer, step === 0 ? LOADS_MS : BEAT_MS);
      if (step === 0) say({ type: 'page-started', page: '/' }, run);
      else if (step === 1) load(run, conduct);
      else say({ type: 'release-beat' }, run);
    },
  };
}
