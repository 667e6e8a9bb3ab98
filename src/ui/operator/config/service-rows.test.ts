import { expect, test } from 'vitest';
import type { LedgerReader } from '../../../store/ledger-model.ts';
import { listServices } from './service-rows.ts';

function readerOf(values: Readonly<Record<string, unknown>>): LedgerReader {
  return {
    children: () =>
      Object.keys(values).map((path) => ({ name: path.slice('/services/'.length), path })) as never,
    value: (path: string) =>
      values[path] === undefined
        ? undefined
        : { text: JSON.stringify(values[path]), author: 'Ada', timeMs: 5, entry: '' },
  } as unknown as LedgerReader;
}

test('services are listed by their names, with who set them', () => {
  const rows = listServices(
    readerOf({ '/services/card%2Freader': { address: 'tcp://10.0.0.8', note: 'till' } }),
  );
  expect(rows).toEqual([
    {
      name: 'card/reader',
      path: '/services/card%2Freader',
      address: 'tcp://10.0.0.8',
      note: 'till',
      author: 'Ada',
      timeMs: 5,
    },
  ]);
});

test('what is no service is listed without an address; a folder alone is not listed', () => {
  const rows = listServices(
    readerOf({
      '/services/old': 7,
      '/services/half': { address: 'x' },
      '/services/none': null,
      '/services/folder': undefined,
    }),
  );
  expect(rows.map(({ name, address }) => [name, address])).toEqual([
    ['old', ''],
    ['half', ''],
    ['none', ''],
  ]);
});
