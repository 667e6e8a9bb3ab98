import { describe, test } from 'vitest';
import { contentStoreCases } from '../../ports/acceptance/content-store.ts';
import { ledgerStoreCases } from '../../ports/acceptance/ledger-store.ts';
import { recordStoreCases } from '../../ports/acceptance/record-store.ts';
import { createMemoryContentStore } from './content-store.ts';
import { createMemoryLedgerStore } from './ledger-store.ts';
import { createMemoryRecordStore } from './record-store.ts';

describe('content in memory', () => {
  for (const { name, run } of contentStoreCases(async () => createMemoryContentStore())) test(name, run);
});

describe('ledger in memory', () => {
  for (const { name, run } of ledgerStoreCases(async () => createMemoryLedgerStore())) test(name, run);
});

describe('records in memory', () => {
  for (const { name, run } of recordStoreCases(async () => createMemoryRecordStore())) test(name, run);
});
