import { MAX_PARTS, parseWorkerMessage, type ShellMessage } from '../../app-origin/protocol.ts';
import { type Permissions, permissionsMap } from '../../core/wire/entry/permissions.ts';
import type { ReleaseFiles } from '../../ports/release-frame.ts';

/**
 * Tells a worker which files a release has and answers its questions for parts of them, until the port is closed.
 * `on.taken` is called when the worker has the port, and `on.disturbed` when a page of the release writes to the worker.
 *
 * The worker's messages may be the release's own. They can name parts of files of this release and nothing else, and no
 * more than MAX_PARTS of these are in memory here or on their way. Attack: a release takes the port from the bridge, asks,
 * and never reads what comes. A part counts until its ticket comes back, which stands in the part alone.
 */
export function answerFiles(
  port: MessagePort,
  release: Omit<Extract<ShellMessage, { type: 'release-files' }>, 'type' | 'sizes' | 'permissions'> & {
    readonly files: ReleaseFiles;
    readonly permissions: Permissions;
  },
  on: { readonly taken: () => void; readonly disturbed: () => void },
): void {
  const { files, permissions, ...named } = release;
  const tickets = new Set<string>();
  const tell = (message: ShellMessage, transfer: Transferable[] = []) => port.postMessage(message, transfer);

  async function answer(id: number, path: string, start: number, end: number): Promise<void> {
    const fail = (reason: string) => tell({ type: 'part-failed', id, reason });
    if (tickets.size >= MAX_PARTS) return fail('too many parts are asked for at once');
    if (end > (files.sizes.get(path) ?? 0)) return fail('the release has no such bytes');
    const ticket = crypto.randomUUID();
    tickets.add(ticket);
    try {
      const bytes = await files.read(path, start, end);
      tell({ type: 'part', id, ticket, bytes }, [bytes.buffer]);
    } catch (error) {
      tickets.delete(ticket);
      fail(error instanceof Error ? error.message : String(error));
    }
  }

  port.onmessage = ({ data }) => {
    const message = parseWorkerMessage(data);
    if (message?.type === 'port-taken') on.taken();
    if (message?.type === 'worker-disturbed') on.disturbed();
    if (message?.type === 'part-taken') tickets.delete(message.ticket);
    if (message?.type === 'part-wanted') void answer(message.id, message.path, message.start, message.end);
  };
  tell({ type: 'release-files', ...named, sizes: files.sizes, permissions: permissionsMap(permissions) });
}
