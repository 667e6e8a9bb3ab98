import { StorageRefused } from '../../ports/content.ts';

const REMEDIES: Readonly<Record<string, string>> = {
  QuotaExceededError:
    'the browser has no room left for this site; free space on the disk or remove releases that are not needed',
  InvalidStateError:
    'the database was closed, perhaps by another tab or by clearing site data; reload the page',
  SecurityError: 'the browser forbids storage here; leave private mode or allow site data by policy',
  NotFoundError: 'the database is incomplete; clear the data of this site, peers will send it again',
  UnknownError:
    'the database is damaged or the disk fails; clear the data of this site, peers will send it again',
  AbortError: 'the browser gave the transaction up; try again, and check the disk if it happens again',
};

/** The words for whatever IndexedDB threw while `doing`; errors of other kinds come back as they are. */
export function refusalOf(doing: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StorageRefused) return error;
  const remedy = REMEDIES[error.name];
  if (remedy === undefined && !(error instanceof DOMException)) return error;
  return new StorageRefused(`Storage refused while ${doing}: ${remedy ?? error.message}.`, { cause: error });
}
