import { type FileHash, idFromBytes } from '../../core/wire/encoding/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import { type FileHasher, FileUnreadable } from '../../ports/file-hasher.ts';
import { answerHashing, type HashAnswer, type HashingThread, type StartHashingThread } from './thread.ts';

/** A guess: a thread that has rested for so long is ended; a person looks at a folder before the next one comes. */
const REST_MS = 30_000;

interface Pending {
  readonly file: Blob;
  readonly resolve: (hash: FileHash) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: (doneBytes: number) => void;
}

/** Hashes in a thread that is started when it is needed; on this one, in small pieces, where none can be had. */
export function createFileHasher(deps: {
  readonly start: StartHashingThread;
  readonly clock: Pick<Clock, 'schedule'>;
  readonly onFailure: (error: unknown) => void;
}): FileHasher {
  const pending = new Map<number, Pending>();
  let thread: HashingThread | undefined;
  /** A page whose policy forbids workers would fail again and again. */
  let withoutThread = false;
  let serial = 0;
  let closed = false;
  let cancelRest = () => {};

  const onAnswer = (answer: HashAnswer) => {
    const of = pending.get(answer.serial);
    if (of === undefined) return;
    if (answer.type === 'progress') {
      of.onProgress(answer.doneBytes);
      return;
    }
    pending.delete(answer.serial);
    if (answer.type === 'done') of.resolve(idFromBytes<FileHash>(answer.hash));
    else of.reject(new FileUnreadable(answer.reason));
    restSoon();
  };

  const startHere = (): HashingThread => {
    const answer = answerHashing(onAnswer);
    return { post: answer, close: () => {} };
  };

  const start = (): HashingThread => {
    if (withoutThread) return startHere();
    try {
      return deps.start(onAnswer, fail);
    } catch (error) {
      withoutThread = true;
      deps.onFailure(error);
      return startHere();
    }
  };

  const fail = (error: unknown) => {
    if (closed || withoutThread) return;
    withoutThread = true;
    deps.onFailure(error);
    thread?.close();
    thread = startHere();
    for (const [id, { file }] of pending) thread.post({ type: 'hash', serial: id, file });
  };

  const endThread = () => {
    thread?.close();
    thread = undefined;
  };

  const restSoon = () => {
    cancelRest();
    if (pending.size === 0) cancelRest = deps.clock.schedule(REST_MS, endThread);
  };

  return {
    hash: (file, { onProgress, signal }) =>
      new Promise<FileHash>((resolve, reject) => {
        if (closed) throw new FileUnreadable('hashing was ended');
        signal?.throwIfAborted();
        cancelRest();
        const id = serial++;
        const drop = () => {
          if (!pending.delete(id)) return;
          thread?.post({ type: 'drop', serial: id });
          reject(signal?.reason);
          restSoon();
        };
        signal?.addEventListener('abort', drop, { once: true });
        const settled =
          <Value>(end: (value: Value) => void) =>
          (value: Value) => {
            signal?.removeEventListener('abort', drop);
            end(value);
          };
        pending.set(id, { file, onProgress, resolve: settled(resolve), reject: settled(reject) });
        thread ??= start();
        thread.post({ type: 'hash', serial: id, file });
      }),
    close: () => {
      closed = true;
      cancelRest();
      endThread();
      for (const { reject } of pending.values()) reject(new FileUnreadable('hashing was ended'));
      pending.clear();
    },
  };
}
