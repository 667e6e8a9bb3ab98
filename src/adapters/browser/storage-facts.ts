/** What the browser says of its storage, looked at now and then. */
export interface StorageFacts {
  readonly usage: { readonly usedBytes: number; readonly quotaBytes: number } | undefined;
  /** False: the browser may delete what it keeps when it runs short. Undefined: it does not say. */
  readonly persistent: boolean | undefined;
}

const LOOK_EVERY_MS = 10_000;

/** Asks once that storage be kept, and tells what is known so far on each call. */
export function watchStorage(storage: StorageManager | undefined): () => StorageFacts {
  let facts: StorageFacts = { usage: undefined, persistent: undefined };
  if (storage === undefined) return () => facts;
  const look = async () => {
    const { usage, quota } = await storage.estimate();
    facts = {
      usage: usage === undefined || quota === undefined ? undefined : { usedBytes: usage, quotaBytes: quota },
      persistent: await storage.persisted(),
    };
  };
  storage
    .persist()
    .then(look)
    .catch(() => {});
  setInterval(() => void look().catch(() => {}), LOOK_EVERY_MS);
  return () => facts;
}
