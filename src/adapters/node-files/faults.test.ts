import { describe, test } from 'vitest';
import { contentStoreFaultCases } from '../../ports/acceptance/content-store-faults.ts';
import type { StoreOnDisk } from '../../ports/acceptance/failing-disk.ts';
import { keptPlaceFaultCases } from '../../ports/acceptance/kept-place-faults.ts';
import { ledgerStoreFaultCases } from '../../ports/acceptance/ledger-store-faults.ts';
import { recordStoreFaultCases } from '../../ports/acceptance/record-store-faults.ts';
import { createFileContentStore } from './content-store.ts';
import type { Disk } from './disk.ts';
import { createFileKeptPlace } from './kept-place.ts';
import { createFileLedgerStore } from './ledger-store.ts';
import { createFileRecordStore } from './record-store.ts';
import { createSimulatedDisk } from './testing/simulated-disk.ts';

/** A guess: a sweep over all steps of a disk, on a machine that is busy with other things. */
const SWEEP = { timeout: 60_000 };
/** A folder whose own parents are not there yet either. */
const ROOT = '/home/node/store';

const onDisk =
  <Store>(open: (root: string, disk: Disk) => Promise<Store>) =>
  (): StoreOnDisk<Store> => {
    const simulated = createSimulatedDisk();
    return { disk: simulated, open: () => open(ROOT, simulated.disk) };
  };

describe('the ledger in a file on a disk that fails', () => {
  for (const { name, run } of ledgerStoreFaultCases(onDisk(createFileLedgerStore))) test(name, SWEEP, run);
});

describe('records in a file on a disk that fails', () => {
  for (const { name, run } of recordStoreFaultCases(onDisk(createFileRecordStore))) test(name, SWEEP, run);
});

describe('content in files on a disk that fails', () => {
  for (const { name, run } of contentStoreFaultCases(onDisk(createFileContentStore))) test(name, SWEEP, run);
});

describe('a kept place in files on a disk that fails', () => {
  for (const { name, run } of keptPlaceFaultCases(onDisk(createFileKeptPlace))) test(name, SWEEP, run);
});
