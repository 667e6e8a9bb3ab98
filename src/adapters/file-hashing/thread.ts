import { hashFile } from './hash-file.ts';

/** What goes to a hashing thread. */
export type HashRequest =
  | { readonly type: 'hash'; readonly serial: number; readonly file: Blob }
  /** The answer is not wanted any more. */
  | { readonly type: 'drop'; readonly serial: number };

/** What comes back. */
export type HashAnswer =
  | { readonly type: 'progress'; readonly serial: number; readonly doneBytes: number }
  | { readonly type: 'done'; readonly serial: number; readonly hash: Uint8Array }
  | { readonly type: 'unreadable'; readonly serial: number; readonly reason: string };

/** The page's end of a hashing thread. */
export interface HashingThread {
  post(request: HashRequest): void;
  close(): void;
}

/** How a thread is started: `onFailure` once, when it could not be loaded or died; nothing comes from it after that. */
export type StartHashingThread = (
  onAnswer: (answer: HashAnswer) => void,
  onFailure: (error: unknown) => void,
) => HashingThread;

/** The work of the thread itself. */
export function answerHashing(post: (answer: HashAnswer) => void): (request: HashRequest) => void {
  const wanted = new Set<number>();
  return async (request) => {
    const { serial } = request;
    if (request.type === 'drop') {
      wanted.delete(serial);
      return;
    }
    wanted.add(serial);
    try {
      const hash = await hashFile(
        request.file,
        (doneBytes) => {
          if (wanted.has(serial)) post({ type: 'progress', serial, doneBytes });
        },
        () => !wanted.has(serial),
      );
      if (hash !== undefined) post({ type: 'done', serial, hash });
    } catch (error) {
      post({ type: 'unreadable', serial, reason: error instanceof Error ? error.message : String(error) });
    } finally {
      wanted.delete(serial);
    }
  };
}
