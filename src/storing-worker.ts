import { answerHashing, type HashingAnswer, type HashingRequest } from './adapters/idb/stored-hashing.ts';

/** The thread that hashes one large file while a page stores it: its composition root. */
const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<HashingRequest>) => void;
  postMessage(answer: HashingAnswer): void;
};
const handle = answerHashing((answer) => scope.postMessage(answer));

scope.onmessage = ({ data }) => handle(data);
