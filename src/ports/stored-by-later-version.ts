import { StorageRefused } from './content.ts';

/**
 * What is stored is in a form that only a later version of this software reads (K6). Whoever opens a store changes nothing in it then: what
 * it would read wrongly it would write wrongly, and the later version would lose it.
 */
export class StoredByLaterVersion extends StorageRefused {
  /** `where` is for a person: the database, folder or file. */
  constructor(where: string) {
    super(
      `The data in ${where} was written by a later version of Fieldfare. Update this one; nothing was changed.`,
    );
  }
}
