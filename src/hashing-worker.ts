import { answerHashing, type HashAnswer, type HashRequest } from './adapters/file-hashing/thread.ts';

/** The thread that hashes what a person chose: its composition root. */
const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<HashRequest>) => void;
  postMessage(answer: HashAnswer): void;
};
const answer = answerHashing((message) => scope.postMessage(message));

scope.onmessage = ({ data }) => answer(data);
