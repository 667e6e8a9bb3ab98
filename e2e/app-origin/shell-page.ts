/** A shell of nothing but the release frame, for tests to drive. */

import { createReleaseFrame } from '../../src/adapters/app-frame/release-frame.ts';
import { createReloadOnce } from '../../src/adapters/app-frame/reload-once.ts';
import { createContentStore } from '../../src/adapters/idb/content-store.ts';
import { createDataCopyStore } from '../../src/adapters/idb/data-copy-store.ts';
import type { FileHash } from '../../src/core/wire/encoding/ids.ts';
import { type Permissions, UNDECLARED } from '../../src/core/wire/entry/permissions.ts';
import type { ReleaseData } from '../../src/ports/release-data.ts';
import type { FrameEvent, ReleaseContext, ReleaseFiles } from '../../src/ports/release-frame.ts';
import { keepRecording } from './recording.ts';

export interface ShellHarness {
  readonly events: FrameEvent[];
  /** Runs the release whose files the shell's server has below /releases/<name>/, with what it is granted. */
  run(name: string, granted?: Permissions): Promise<void>;
  update(config: Record<string, unknown>): void;
  stop(): void;
  readonly data: ReleaseData;
  /** Adds a recording of this size, in the content store of a kiosk, to every release that is run from now on. */
  keepRecording(path: string, sizeBytes: number): Promise<void>;
  /** What the release that runs has told of its attempts to get out, and the sandbox that it made them in. */
  attempts: Record<string, string>;
  /** What was read of the recordings. */
  readonly reads: { bytes: number; count: number; now: number; mostAtOnce: number };
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
  copies: createDataCopyStore('harness'),
  usageBytes: async () => (await navigator.storage.estimate()).usage ?? 0,
  appOrigin: query.get('appOrigin') ?? '',
  container,
  reloadOnce: createReloadOnce(sessionStorage, () => location.reload()),
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
const recordings = new Map<string, { readonly hash: FileHash; readonly sizeBytes: number }>();
const content = createContentStore('harness');
const reads = { bytes: 0, count: 0, now: 0, mostAtOnce: 0 };

async function readRecording(hash: FileHash, start: number, end: number): Promise<Uint8Array> {
  reads.count += 1;
  reads.bytes += end - start;
  reads.now += 1;
  reads.mostAtOnce = Math.max(reads.mostAtOnce, reads.now);
  try {
    return (await (await content).readFile(hash, start, end))!;
  } finally {
    reads.now -= 1;
  }
}

async function filesOf(name: string): Promise<ReleaseFiles> {
  const files: [path: string, sizeBytes: number][] = await (await fetch(`/files/${name}`)).json();
  return {
    sizes: new Map([
      ...files,
      ...Array.from(recordings, ([path, { sizeBytes }]) => [path, sizeBytes] as const),
    ]),
    async read(path, start, end) {
      const recording = recordings.get(path);
      if (recording) return readRecording(recording.hash, start, end);
      const response = await fetch(`/releases/${name}/${path}`);
      return new Uint8Array(await response.arrayBuffer()).slice(start, end);
    },
  };
}

window.addEventListener('message', ({ data }) => {
  if (typeof data?.attempt !== 'string') return;
  const sandbox = document.querySelector('[data-release-frame]')?.getAttribute('sandbox');
  Object.assign(window.harness.attempts, sandbox ? { sandbox } : {}, { [data.attempt]: data.outcome });
});

window.harness = {
  events: [],
  attempts: {},
  async run(name, granted = UNDECLARED) {
    running = name;
    sessionStorage.running = name;
    sessionStorage.granted = JSON.stringify(granted);
    const events: FrameEvent[] = [];
    Object.assign(window.harness, { events, attempts: {} });
    const context = contextOf(name, { greeting: 'moin' });
    const { reach, popups, powers } = granted;
    const permissions = { reach, popups, powers };
    frame.run({ context, files: await filesOf(name), permissions }, (event) => events.push(event));
  },
  update: (config) => frame.update(contextOf(running, config)),
  stop: () => frame.stop(),
  data: frame.data,
  async keepRecording(path, sizeBytes) {
    recordings.set(path, { hash: await keepRecording(await content, sizeBytes), sizeBytes });
  },
  reads,
};

// As a kiosk: a page that loads itself again starts what it ran.
const [navigation] = performance.getEntriesByType('navigation');
if ((navigation as PerformanceNavigationTiming).type === 'reload')
  void window.harness.run(sessionStorage.running, JSON.parse(sessionStorage.granted));
