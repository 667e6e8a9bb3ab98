import type { NodeInput } from '../core/node/input.ts';
import type { Node } from '../core/node/node.ts';
import type { ReleaseId } from '../core/wire/ids.ts';
import type { ContentStore } from '../ports/content.ts';
import type { FrameEvent, ReleaseFrame } from '../ports/release-frame.ts';

type DeviceFact = Extract<NodeInput, { type: 'device-input' }>['input'];

/** Runs releases of the ledger in the frame, from files whose SHA-256 the content store has checked. */
export interface ReleaseRunner {
  run(release: ReleaseId): Promise<void>;
  stop(): Promise<void>;
  close(): void;
}

export function createReleaseRunner(deps: {
  readonly node: Node;
  readonly content: ContentStore;
  readonly frame: ReleaseFrame;
  readonly onInput: (input: DeviceFact) => void;
}): ReleaseRunner {
  const { node, content, frame, onInput } = deps;

  const toInput = (event: FrameEvent): DeviceFact =>
    event.type === 'release-error'
      ? {
          type: 'release-error',
          message: event.source ? `${event.message} (${event.source})` : event.message,
        }
      : event;

  return {
    run: async (release) => {
      const known = node.view().releases.get(release);
      if (known === undefined) {
        onInput({ type: 'frame-failed', reason: 'the release is not in the ledger of this device' });
        return;
      }
      const { product, version, files } = known.manifest;
      const byPath = new Map(files.map((file) => [file.path, file]));
      const device = node.view().devices.get(node.self)?.body;
      frame.run(
        {
          context: {
            release: { product, version },
            device: { name: device?.name ?? '', site: device?.site ?? '', labels: device?.labels ?? {} },
            config: {},
          },
          readFile: async (path) => {
            const file = byPath.get(path);
            const bytes = file && (await content.readFile(file.hash, 0, file.sizeBytes));
            return bytes && { bytes, mediaType: '' };
          },
        },
        (event) => onInput(toInput(event)),
      );
    },
    stop: async () => frame.stop(),
    close: () => frame.close(),
  };
}
