import { FOLDERS } from '../../../core/wire/entry/folders.ts';
import { textOfName } from '../../../core/wire/entry/path.ts';
import type { LedgerReader } from '../../../store/ledger-model.ts';

/** A service as releases find it. */
export interface ServiceRow {
  readonly name: string;
  readonly path: string;
  readonly address: string;
  readonly note: string;
  readonly author: string;
  /** The author's clock. */
  readonly timeMs: number;
}

/** All that stands right below /services; what is no service has an empty address, so that a person can mend or remove it. */
export function listServices(ledger: LedgerReader): readonly ServiceRow[] {
  return ledger.children(FOLDERS.services).flatMap(({ name, path }) => {
    const value = ledger.value(path);
    if (value === undefined) return [];
    const { author, timeMs } = value;
    return [{ name: textOfName(name), path, ...readService(value.text), author, timeMs }];
  });
}

function readService(json: string): Pick<ServiceRow, 'address' | 'note'> {
  const { address, note } = (JSON.parse(json) ?? {}) as {
    readonly address?: unknown;
    readonly note?: unknown;
  };
  return typeof address === 'string' && typeof note === 'string'
    ? { address, note }
    : { address: '', note: '' };
}
