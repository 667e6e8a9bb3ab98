import type { HashAnswer, StartHashingThread } from './thread.ts';

/** `worker`: one that runs `answerHashing`; the composition root makes it, since a bundler must see its address. */
export function startHashingWorker(worker: () => Worker): StartHashingThread {
  return (onAnswer, onFailure) => {
    const started = worker();
    started.onmessage = ({ data }: MessageEvent<HashAnswer>) => onAnswer(data);
    started.onerror = (event) => onFailure(new Error(event.message || 'its script could not be loaded'));
    started.onmessageerror = () => onFailure(new Error('an answer of it could not be read'));
    return {
      post: (request) => started.postMessage(request),
      close: () => started.terminate(),
    };
  };
}
