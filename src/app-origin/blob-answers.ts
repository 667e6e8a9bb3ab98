import { type BlobRequest, parseBlobAnswer } from './protocol.ts';
import type { WorkerScope } from './worker-scope.ts';

/** A guess: a page that is busy for so long while its worker starts is stuck. */
const ANSWER_TIMEOUT_MS = 10_000;

/** The blob that the page behind `clientId` starts a worker from, under `address`; undefined when it has none. */
export async function blobOfPage(
  { clients }: WorkerScope,
  clientId: string,
  address: string,
): Promise<Blob | undefined> {
  const page = await clients.get(clientId);
  if (!page) return undefined;
  const { port1, port2 } = new MessageChannel();
  const answered = new Promise<Blob | undefined>((resolve) => {
    port1.onmessage = ({ data }) => resolve(parseBlobAnswer(data)?.blob);
    setTimeout(() => resolve(undefined), ANSWER_TIMEOUT_MS);
  });
  const request: BlobRequest = { type: 'blob-wanted', address };
  page.postMessage(request, [port2]);
  return answered.finally(() => port1.close());
}
