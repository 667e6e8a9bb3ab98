/** One reload of the kiosk page for a start that failed, until a start succeeds. */
export interface ReloadOnce {
  /** False when the page was loaded again for this already, or that could not be noted: the start has failed. */
  readonly isLeft: boolean;
  reload(): void;
  /** A release started: the next failure may reload again. */
  restore(): void;
}

const KEY = 'fieldfare.reloaded-for-start';

/** `notes` outlives a reload of the page, so that a start that always fails does not reload for ever. */
export function createReloadOnce(notes: Storage, reload: () => void): ReloadOnce {
  return {
    get isLeft() {
      try {
        if (notes.getItem(KEY) !== null) return false;
        notes.setItem(KEY, 'tried');
        notes.removeItem(KEY);
        return true;
      } catch {
        return false;
      }
    },
    reload() {
      notes.setItem(KEY, 'yes');
      reload();
    },
    restore() {
      notes.removeItem(KEY);
    },
  };
}
