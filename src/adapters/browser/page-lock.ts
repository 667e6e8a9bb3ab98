import type { PageLock } from '../../ports/browser.ts';

/** Web Locks; a browser without them (no secure context) cannot tell one tab from two, so there it refuses. */
export function createPageLock(locks: LockManager | undefined): PageLock {
  return {
    hold: async (name, onTaken) => {
      if (locks === undefined) throw new Error('This browser has no Web Locks here.');
      return new Promise((resolve, reject) => {
        const grant = () => new Promise<void>((release) => resolve({ release }));
        locks
          .request(name, { ifAvailable: true }, async (lock) => {
            if (lock !== null) return grant();
            onTaken();
            locks.request(name, grant).catch(reject);
          })
          .catch(reject);
      });
    },
  };
}
