import type { BatchAnswer, StartVerifyingThread } from './thread.ts';

/** `worker`: one that runs `answerBatch`; the composition root makes it, since a bundler must see its address. */
export function startWebWorker(worker: () => Worker): StartVerifyingThread {
  return (onAnswer, onFailure) => {
    const started = worker();
    started.onmessage = ({ data }: MessageEvent<BatchAnswer>) => onAnswer(data);
    started.onerror = (event) => onFailure(new Error(event.message || 'its script could not be loaded'));
    started.onmessageerror = () => onFailure(new Error('an answer of it could not be read'));
    return {
      post: (request) => started.postMessage(request, [request.batch.buffer]),
      close: () => started.terminate(),
    };
  };
}
