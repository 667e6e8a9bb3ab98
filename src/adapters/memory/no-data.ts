import type { ReleaseData } from '../../ports/release-data.ts';

/** For releases that keep nothing: there is nothing to copy, and nothing to put back. */
export const NO_DATA: ReleaseData = {
  copy: async () => {},
  restore: async () => {},
  clear: async () => {},
  retainCopies: async () => {},
};
