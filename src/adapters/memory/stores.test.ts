import { describe, test } from 'vitest';
import { contentStoreCases } from '../../ports/acceptance/content-store.ts';
import { keptPlaceCases } from '../../ports/acceptance/kept-place.ts';
import { ledgerStoreCases } from '../../ports/acceptance/ledger-store.ts';
import { recordStoreCases } from '../../ports/acceptance/record-store.ts';
import type { KeptPlace } from '../../ports/kept-place.ts';
import { createMemoryContentStore } from './content-store.ts';
import { createMemoryKeptPlace } from './kept-place.ts';
import { createMemoryLedgerStore } from './ledger-store.ts';
import { createMemoryRecordStore } from './record-store.ts';

describe('content in memory', () => {
  for (const { name, run } of contentStoreCases(async () => createMemoryContentStore())) test(name, run);
});

describe('ledger in memory', () => {
  for (const { name, run } of ledgerStoreCases(async () => createMemoryLedgerStore())) test(name, run);
});

describe('a kept place in memory', () => {
  const places = new Map<string, KeptPlace>();
  const open = async (name: string) => {
    const place = places.get(name) ?? createMemoryKeptPlace();
    places.set(name, place);
    return place;
  };
  for (const { name, run } of keptPlaceCases(open)) test(name, run);
});

describe('records in memory', () => {
  for (const { name, run } of recordStoreCases(async () => createMemoryRecordStore())) test(name, run);
});
