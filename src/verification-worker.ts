import { nobleVerify } from './adapters/noble/verify.ts';
import { answerBatch, type BatchAnswer, type BatchRequest } from './adapters/verification/thread.ts';
import { hasStrictEd25519 } from './adapters/webcrypto/detect.ts';
import { createWebCryptoVerify } from './adapters/webcrypto/verify.ts';

/** A verifying thread of a page: its composition root. */
const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<BatchRequest>) => void;
  postMessage(answer: BatchAnswer, transfer: readonly Transferable[]): void;
};
const { subtle } = crypto;
const choosing = hasStrictEd25519(subtle).then((isStrict) =>
  isStrict ? createWebCryptoVerify(subtle) : nobleVerify,
);

scope.onmessage = async ({ data }) => {
  const answer = await answerBatch(data, await choosing);
  scope.postMessage(answer, [answer.holds.buffer]);
};
