import type { Clock } from '../../ports/clock.ts';
import type { Keys } from '../../ports/keys.ts';
import { isPackable, packBatch, type SignatureCheck } from './batch.ts';
import type { BatchAnswer, StartVerifyingThread, VerifyingThread } from './thread.ts';

/**
 * Checks signatures in threads beside the page's own. Measured: Chromium's SubtleCrypto checks Ed25519 on the thread that
 * asks, 50 us each, so that a first contact of 100,000 entries would hold a page up for five seconds; plain JavaScript takes ten
 * times as long. Threads are started when many checks are asked for and ended when they have rested.
 */
export interface VerificationPool {
  readonly verify: Keys['verify'];
  /** Checks that are under way are answered by the calling thread. */
  close(): void;
}

export interface VerificationPoolDeps {
  /** Checks on the calling thread: a few at a time, and all of them when no thread can be had. */
  readonly verifyHere: Keys['verify'];
  readonly start: StartVerifyingThread;
  /** How many at most. */
  readonly threads: number;
  readonly clock: Pick<Clock, 'schedule'>;
  readonly onFailure: (error: unknown) => void;
}

/** Guesses. More under way than this, and threads are started: below it their start costs more than it spares. */
const MANY = 32;
/** Beside running threads as many are still checked here: what came alone is answered sooner than a thread could. */
const FEW = 8;
/** In one message. More spares messages, less keeps all threads at work at the end of a burst. */
const MAX_BATCH = 32;
/** Of one thread: one that it works on and one that is there when it has done that. */
const BATCHES_UNDER_WAY = 2;
const REST_MS = 30_000;

interface PendingCheck extends SignatureCheck {
  readonly resolve: (holds: boolean | PromiseLike<boolean>) => void;
}

interface Running {
  readonly thread: VerifyingThread;
  readonly batches: Map<number, readonly PendingCheck[]>;
}

export function createVerificationPool(deps: VerificationPoolDeps): VerificationPool {
  const { verifyHere, start, clock } = deps;
  const running = new Set<Running>();
  const waiting: PendingCheck[] = [];
  let underWay = 0;
  let serial = 0;
  /** After a failure or `close` everything is checked here: a page whose policy forbids workers would fail again and again. */
  let gone = false;
  let cancelRest = () => {};

  const checkHere = ({ key, message, signature, resolve }: PendingCheck) =>
    resolve(verifyHere(key, message, signature));

  const giveUp = () => {
    gone = true;
    cancelRest();
    const left = [...running].flatMap(({ batches }) => [...batches.values()]).flat();
    for (const { thread } of running) thread.close();
    running.clear();
    for (const check of [...left, ...waiting.splice(0)]) checkHere(check);
  };

  const onAnswer = (of: Running, answer: BatchAnswer) => {
    const checks = of.batches.get(answer.serial);
    if (checks === undefined) return;
    of.batches.delete(answer.serial);
    // More work first, so that the thread has it while the answers are dealt with here.
    sendWaiting();
    checks.forEach(({ resolve }, index) => {
      resolve(answer.holds[index] === 1);
    });
  };

  const fail = (error: unknown) => {
    if (gone) return;
    deps.onFailure(error);
    giveUp();
  };

  const startThreads = () => {
    while (!gone && running.size < deps.threads) {
      const batches = new Map<number, readonly PendingCheck[]>();
      try {
        const one: Running = { batches, thread: start((answer) => onAnswer(one, answer), fail) };
        running.add(one);
      } catch (error) {
        fail(error);
      }
    }
  };

  const sendWaiting = () => {
    for (const { thread, batches } of running)
      while (waiting.length > 0 && batches.size < BATCHES_UNDER_WAY) {
        const batch = waiting.splice(0, MAX_BATCH);
        batches.set(serial, batch);
        thread.post({ serial: serial++, batch: packBatch(batch) });
      }
  };

  const rest = () => {
    if (underWay > 0) return;
    for (const { thread } of running) thread.close();
    running.clear();
  };

  const inThread = (check: SignatureCheck) =>
    new Promise<boolean>((resolve) => {
      waiting.push({ ...check, resolve });
      startThreads();
      sendWaiting();
    });

  const settled = () => {
    underWay--;
    if (underWay > 0 || running.size === 0) return;
    cancelRest();
    cancelRest = clock.schedule(REST_MS, rest);
  };

  return {
    verify: (key, message, signature) => {
      const check = { key, message, signature };
      const here = gone || !isPackable(check) || underWay < (running.size > 0 ? FEW : MANY);
      underWay++;
      const checking = here ? verifyHere(key, message, signature) : inThread(check);
      checking.then(settled, settled);
      return checking;
    },
    close: giveUp,
  };
}
