/** A shell of nothing but the release frame, for tests to drive. */
import { createReleaseFrame } from '../../src/adapters/app-frame/release-frame.ts';
import type { FrameEvent, ReleaseContext } from '../../src/ports/release-frame.ts';

export interface ShellHarness {
  readonly events: FrameEvent[];
  /** Runs the release whose files the shell's server has below /releases/<name>/. */
  run(name: string): void;
  update(config: Record<string, unknown>): void;
  stop(): void;
}

declare global {
  interface Window {
    harness: ShellHarness;
  }
}

const query = new URLSearchParams(location.search);
/** Waits of the adapter are divided by this. */
const haste = Number(query.get('haste') ?? 1);
const container = document.querySelector<HTMLElement>('#stage')!;
const frame = createReleaseFrame({
  appOrigin: query.get('appOrigin') ?? '',
  container,
  clock: {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    schedule(delayMs, run) {
      const timer = setTimeout(run, delayMs / haste);
      return () => clearTimeout(timer);
    },
  },
});

const contextOf = (name: string, config: Record<string, unknown>): ReleaseContext => ({
  release: { product: name, version: '1.2.3' },
  device: { name: 'till-4', site: 'harbour', labels: { floor: '2' } },
  config,
  services: {},
});
let running = '';

window.harness = {
  events: [],
  run(name) {
    running = name;
    const events: FrameEvent[] = [];
    Object.assign(window.harness, { events });
    frame.run(
      {
        context: contextOf(name, { greeting: 'moin' }),
        async readFile(path) {
          const response = await fetch(`/releases/${name}/${path}`);
          if (!response.ok) return undefined;
          return { bytes: new Uint8Array(await response.arrayBuffer()), mediaType: '' };
        },
      },
      (event) => events.push(event),
    );
  },
  update: (config) => frame.update(contextOf(running, config)),
  stop: () => frame.stop(),
};
