import { type ConfigValue, mergedConfig, services } from '../../core/config/config.ts';
import type { FrameFact } from '../../core/device/input.ts';
import type { Watchers } from '../../core/ledger/watchers.ts';
import type { Node } from '../../core/node/node.ts';
import type { ReleaseId } from '../../core/wire/encoding/ids.ts';
import { admissionPath } from '../../core/wire/entry/admission.ts';
import { FOLDERS } from '../../core/wire/entry/folders.ts';
import type { ReleaseManifest } from '../../core/wire/entry/release.ts';
import type { ContentStore } from '../../ports/content.ts';
import type { FrameEvent, ReleaseContext, ReleaseFiles, ReleaseFrame } from '../../ports/release-frame.ts';

type RunFact = FrameFact & { readonly run: number };

/** Runs releases in the frame, from files whose SHA-256 was checked when they came, and which the content store checks as it reads. */
export interface ReleaseRunner {
  /** What comes of it is told with `run`. */
  run(release: ReleaseId, run: number): Promise<void>;
  stop(): Promise<void>;
  /** Nothing runs from now on. Idempotent. */
  close(): void;
}

export function createReleaseRunner(deps: {
  readonly node: Node;
  readonly watch: Watchers['watch'];
  readonly manifestOf: (release: ReleaseId) => ReleaseManifest | undefined;
  readonly content: ContentStore;
  readonly frame: ReleaseFrame;
  readonly onInput: (input: RunFact) => void;
  /** A file of the release is not in the content store as it was kept; said once a run. */
  readonly onDamaged: (release: ReleaseId) => void;
}): ReleaseRunner {
  const { node, content, frame, onInput } = deps;

  const toFact = (event: FrameEvent): FrameFact =>
    event.type === 'release-error' || event.type === 'release-warning'
      ? { type: event.type, message: event.source ? `${event.message} (${event.source})` : event.message }
      : event;

  let running: ReleaseManifest | undefined;
  let isClosed = false;

  const contextOf = ({ product, version }: ReleaseManifest): ReleaseContext => {
    const view = node.view();
    const device = view.devices.get(node.self)?.body;
    return {
      release: { product, version },
      device: { name: device?.name ?? '', site: device?.site ?? '', labels: device?.labels ?? {} },
      config: device === undefined ? {} : plain(mergedConfig(view, device)),
      services: Object.fromEntries(services(view)),
    };
  };

  const filesOf = (release: ReleaseId, manifest: ReleaseManifest): ReleaseFiles => {
    const byPath = new Map(manifest.files.map((file) => [file.path, file]));
    let damaged = false;
    return {
      sizes: new Map(manifest.files.map(({ path, sizeBytes }) => [path, sizeBytes])),
      read: async (path, start, end) => {
        const file = byPath.get(path);
        if (file === undefined) throw new Error(`the release has no file ${path}`);
        const bytes = await content.readFile(file.hash, start, end);
        if (bytes !== undefined) return bytes;
        if (!damaged) deps.onDamaged(release);
        damaged = true;
        throw new Error(`${path} is damaged on this device, and is fetched again`);
      },
    };
  };

  /** A running release is told what concerns it (C4): config, services, and what this device is called and labelled. */
  const watching = [`${FOLDERS.config}/**`, `${FOLDERS.services}/*`, admissionPath(node.self)].map((glob) =>
    deps.watch(glob, () => {
      if (running !== undefined) frame.update(contextOf(running));
    }),
  );

  return {
    run: async (release, run) => {
      // What was decided before the node ended, and comes to its turn after: a release that began now nobody would watch or stop.
      if (isClosed) return;
      const manifest = deps.manifestOf(release);
      if (manifest === undefined) {
        onInput({ type: 'frame-failed', reason: 'the release is not in the ledger of this device', run });
        return;
      }
      running = manifest;
      frame.run({ context: contextOf(manifest), files: filesOf(release, manifest) }, (event) =>
        onInput({ ...toFact(event), run }),
      );
    },
    stop: async () => {
      if (isClosed) return;
      running = undefined;
      frame.stop();
    },
    close: () => {
      isClosed = true;
      for (const end of watching) end();
      frame.close();
    },
  };
}

function plain(values: ReadonlyMap<string, ConfigValue>): Record<string, unknown> {
  return Object.fromEntries(Array.from(values, ([key, { value }]) => [key, value]));
}
