import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { keptPlaceCases } from '../../ports/acceptance/kept-place.ts';
import { createRecordStore } from '../idb/record-store.ts';
import { browserKeptPlaces } from './kept-places.ts';

/** Local storage and caches are a real browser's: e2e/torrents.e2e.ts runs the same cases there. */
describe('a kept place in records', () => {
  const open = async (name: string) =>
    browserKeptPlaces('device', await createRecordStore(`kept-${name}`))[0]!;
  for (const { name, run } of keptPlaceCases(open)) test(name, run);

  test('a record that is no text is nothing', async () => {
    const records = await createRecordStore('kept-rubbish');
    await records.put({ 'kept/mark': 7 });
    expect(await browserKeptPlaces('device', records)[0]!.get('mark')).toBeUndefined();
  });
});
