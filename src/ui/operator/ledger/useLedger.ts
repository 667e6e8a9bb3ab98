import { useMemo } from 'react';
import type { LedgerReader } from '../../../store/ledger-model.ts';
import { useCommands, useFleet } from '../FleetContext.tsx';

/** The ledger as it is now: another reader whenever an entry came, so that what was read from it is read again. */
export function useLedger(): LedgerReader {
  const commands = useCommands();
  const revision = useFleet((model) => model.ledgerRevision);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision says that answers have changed
  return useMemo(() => commands.ledger.read(), [commands, revision]);
}
