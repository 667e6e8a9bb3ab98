import { type FileAnswer, parseWorkerMessage } from '../../app-origin/protocol.ts';
import type { RunnableRelease } from '../../ports/release-frame.ts';

/** How many files are read at once: enough to keep storage busy; it bounds what a release can make the shell hold. */
const MAX_READS = 8;
/** A guess: an app of a thousand modules asks for all at once. Past it the worker is told no. */
const MAX_WAITING = 2048;

/**
 * Answers a worker's questions for files of one release, until the port is closed. `onTaken` is called when the worker
 * has the port.
 *
 * The worker's messages may be the release's own: they can name files of this release and nothing else, and a flood of
 * them is held to MAX_READS files in memory.
 */
export function answerFiles(
  port: MessagePort,
  readFile: RunnableRelease['readFile'],
  onTaken: () => void,
): void {
  const waiting: { readonly id: number; readonly path: string }[] = [];
  let reading = 0;

  const answer = (message: FileAnswer) => port.postMessage(message);

  async function read(id: number, path: string): Promise<void> {
    try {
      const file = await readFile(path);
      if (file) answer({ type: 'file-found', id, bytes: file.bytes, mediaType: file.mediaType });
      else answer({ type: 'file-missing', id });
    } catch (error) {
      answer({ type: 'file-failed', id, reason: error instanceof Error ? error.message : String(error) });
    }
    reading -= 1;
    next();
  }

  function next(): void {
    if (reading >= MAX_READS) return;
    const wanted = waiting.shift();
    if (!wanted) return;
    reading += 1;
    void read(wanted.id, wanted.path);
  }

  port.onmessage = ({ data }) => {
    const message = parseWorkerMessage(data);
    if (message?.type === 'port-taken') onTaken();
    if (message?.type !== 'file-wanted') return;
    if (waiting.length >= MAX_WAITING) {
      answer({ type: 'file-failed', id: message.id, reason: 'too many files are asked for at once' });
      return;
    }
    waiting.push(message);
    next();
  };
}
