import { sha256 } from '@noble/hashes/sha2.js';

/** SHA-256 of a file whose bytes come one after the other. */
export interface StoredHashing {
  /** Resolves when it takes more; the caller may use the bytes again then. */
  update(bytes: Uint8Array): Promise<void>;
  digest(): Promise<Uint8Array>;
  /** Frees what it holds. Idempotent. */
  close(): void;
}

/** By WebCrypto, which takes all bytes at once: they are held until then, and once more while it runs. */
export function hashInOneGo(sizeBytes: number): StoredHashing {
  let whole = new Uint8Array(sizeBytes);
  let at = 0;
  return {
    async update(bytes) {
      whole.set(bytes, at);
      at += bytes.length;
    },
    digest: async () => new Uint8Array(await crypto.subtle.digest('SHA-256', whole.subarray(0, at))),
    close() {
      whole = new Uint8Array(0);
    },
  };
}

/** In JavaScript, on the thread that asks: five to ten times slower than WebCrypto, and what a page does waits for it. */
export function hashHere(): StoredHashing {
  const hashing = sha256.create();
  return {
    update: async (bytes) => void hashing.update(bytes),
    digest: async () => hashing.digest(),
    close: () => hashing.destroy(),
  };
}

/** What goes to a hashing thread: the next bytes of its one file, or that there are no more. It answers each. */
export type HashingRequest = { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly end: true };
export type HashingAnswer =
  | { readonly ready: true }
  | { readonly hashed: number }
  | { readonly digest: Uint8Array };

/** The thread's own end. */
export function answerHashing(answer: (answer: HashingAnswer) => void): (request: HashingRequest) => void {
  const hashing = sha256.create();
  answer({ ready: true });
  return (request) => {
    if ('end' in request) return answer({ digest: hashing.digest() });
    hashing.update(request.bytes);
    answer({ hashed: request.bytes.length });
  };
}

/** Bytes that a thread was given and has not hashed; a guess: some of them are always there for it, and memory bears them. */
const MAX_UNHASHED_BYTES = 4 * 1024 * 1024;

/** In a thread of its own; on this one, with a word in the console, where none can be started. */
export async function hashBeside(start: () => Worker): Promise<StoredHashing> {
  let worker: Worker | undefined;
  try {
    worker = start();
    const thread = createThread(worker);
    await thread.ready;
    return thread;
  } catch (error) {
    worker?.terminate();
    console.warn('Large files are hashed on this page, without a thread beside it.', error);
    return hashHere();
  }
}

function createThread(worker: Worker): StoredHashing & { readonly ready: Promise<void> } {
  let unhashedBytes = 0;
  let failure: Error | undefined;
  let settle: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;
  let result: Uint8Array | undefined;
  let isReady = false;

  /** One waits at a time: bytes are handed over in order. */
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      settle = {
        reject,
        resolve: () => {
          if (holds()) resolve();
        },
      };
      if (failure !== undefined) reject(failure);
      else settle.resolve();
    });
  worker.onmessage = ({ data }: MessageEvent<HashingAnswer>) => {
    if ('ready' in data) isReady = true;
    else if ('hashed' in data) unhashedBytes -= data.hashed;
    else result = data.digest;
    settle?.resolve();
  };
  worker.onerror = (event) => {
    failure = new Error(event.message || 'the script of the hashing thread could not be loaded');
    settle?.reject(failure);
  };
  const post = (request: HashingRequest, transfer: readonly Transferable[] = []) =>
    worker.postMessage(request, [...transfer]);

  return {
    ready: until(() => isReady),
    update(bytes) {
      const copy = bytes.slice();
      unhashedBytes += copy.length;
      post({ bytes: copy }, [copy.buffer]);
      return until(() => unhashedBytes <= MAX_UNHASHED_BYTES);
    },
    async digest() {
      post({ end: true });
      await until(() => result !== undefined);
      return result!;
    },
    close: () => worker.terminate(),
  };
}
