import { BLOB_WORKER_PATH, type BlobAnswer, isBlobRequest } from './protocol.ts';

/**
 * Lets a page start workers from blobs, which its policy refuses: one that allowed them would also allow shared workers
 * from blobs, which outlive their release. The worker of the origin serves each blob under an address of its own, and
 * asks the page for it; `workers` is the page's real container.
 */
export function startBlobWorkers(page: Window & typeof globalThis, workers: ServiceWorkerContainer): void {
  const blobs = new Map<string, Promise<Blob>>();

  /** The blob is taken at once: apps revoke its address right after the worker was made. */
  const addressOf = (blobUrl: string): string => {
    const address = `${BLOB_WORKER_PATH}${page.crypto.randomUUID()}`;
    blobs.set(
      address,
      page.fetch(blobUrl).then((response) => response.blob()),
    );
    return new URL(address, page.location.origin).href;
  };

  workers.addEventListener('message', ({ data, ports: [port] }) => {
    if (!port || !isBlobRequest(data)) return;
    const blob = blobs.get(data.address);
    blobs.delete(data.address);
    const answer = (found: Blob | undefined) =>
      port.postMessage({ type: 'blob', blob: found } satisfies BlobAnswer);
    Promise.resolve(blob).then(answer, () => answer(undefined));
  });
  workers.startMessages();

  page.Worker = new Proxy(page.Worker, {
    construct: (target, [script, ...options]: [unknown, ...unknown[]], newTarget) => {
      const url = String(script);
      return Reflect.construct(
        target,
        [url.startsWith('blob:') ? addressOf(url) : script, ...options],
        newTarget,
      );
    },
  });
}
