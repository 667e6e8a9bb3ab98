import { type ConfigValue, mergedConfig, services } from '../core/config/config.ts';
import type { FrameFact } from '../core/device/input.ts';
import type { Watchers } from '../core/ledger/watchers.ts';
import type { Node } from '../core/node/node.ts';
import { admissionPath } from '../core/wire/admission.ts';
import type { ReleaseId } from '../core/wire/ids.ts';
import type { ReleaseManifest } from '../core/wire/release.ts';
import type { ContentStore } from '../ports/content.ts';
import type { FrameEvent, ReleaseContext, ReleaseFrame } from '../ports/release-frame.ts';

type RunFact = FrameFact & { readonly run: number };

/** Runs releases in the frame, from files whose SHA-256 the content store has checked. */
export interface ReleaseRunner {
  /** What comes of it is told with `run`. */
  run(release: ReleaseId, run: number): Promise<void>;
  stop(): Promise<void>;
  close(): void;
}

export function createReleaseRunner(deps: {
  readonly node: Node;
  readonly watch: Watchers['watch'];
  readonly manifestOf: (release: ReleaseId) => ReleaseManifest | undefined;
  readonly content: ContentStore;
  readonly frame: ReleaseFrame;
  readonly onInput: (input: RunFact) => void;
}): ReleaseRunner {
  const { node, content, frame, onInput } = deps;

  const toFact = (event: FrameEvent): FrameFact =>
    event.type === 'release-error' || event.type === 'release-warning'
      ? { type: event.type, message: event.source ? `${event.message} (${event.source})` : event.message }
      : event;

  let running: ReleaseManifest | undefined;

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

  /** A running release is told what concerns it (C4): config, services, and what this device is called and labelled. */
  const watching = ['/config/**', '/services/*', admissionPath(node.self)].map((glob) =>
    deps.watch(glob, () => {
      if (running !== undefined) frame.update(contextOf(running));
    }),
  );

  return {
    run: async (release, run) => {
      const manifest = deps.manifestOf(release);
      if (manifest === undefined) {
        onInput({ type: 'frame-failed', reason: 'the release is not in the ledger of this device', run });
        return;
      }
      running = manifest;
      const byPath = new Map(manifest.files.map((file) => [file.path, file]));
      frame.run(
        {
          context: contextOf(manifest),
          readFile: async (path) => {
            const file = byPath.get(path);
            const bytes = file && (await content.readFile(file.hash, 0, file.sizeBytes));
            return bytes && { bytes, mediaType: '' };
          },
        },
        (event) => onInput({ ...toFact(event), run }),
      );
    },
    stop: async () => {
      running = undefined;
      frame.stop();
    },
    close: () => {
      for (const end of watching) end();
      frame.close();
    },
  };
}

function plain(values: ReadonlyMap<string, ConfigValue>): Record<string, unknown> {
  return Object.fromEntries(Array.from(values, ([key, { value }]) => [key, value]));
}
