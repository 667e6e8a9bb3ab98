import type { Keys } from '../../ports/keys.ts';
import { unpackBatch } from './batch.ts';

/** What goes to a verifying thread. */
export interface BatchRequest {
  readonly serial: number;
  readonly batch: Uint8Array<ArrayBuffer>;
}

/** What comes back: for each check of the batch 1 where the signature holds, else 0. */
export interface BatchAnswer {
  readonly serial: number;
  readonly holds: Uint8Array<ArrayBuffer>;
}

/** The pool's end of a verifying thread. */
export interface VerifyingThread {
  post(request: BatchRequest): void;
  close(): void;
}

/** How a thread is started: `onFailure` once, when it could not be loaded or died; nothing comes from it after that. */
export type StartVerifyingThread = (
  onAnswer: (answer: BatchAnswer) => void,
  onFailure: (error: unknown) => void,
) => VerifyingThread;

/** The work of the thread itself. */
export async function answerBatch(
  { serial, batch }: BatchRequest,
  verify: Keys['verify'],
): Promise<BatchAnswer> {
  const results = await Promise.all(
    unpackBatch(batch).map(({ key, message, signature }) => verify(key, message, signature)),
  );
  return { serial, holds: Uint8Array.from(results, Number) };
}
