import { expect, it } from 'vitest';
import { deleteCookies, type VisibleCookies } from './delete-cookies.ts';

it('deletes each cookie where it was set, and leaves browsers alone that show none (A20)', async () => {
  const deleted: unknown[] = [];
  const cookies: VisibleCookies = {
    getAll: async () => [
      { name: 'a', domain: null, path: '/kiosk.html', partitioned: false },
      { name: 'b', domain: 'shop.example', path: '/', partitioned: true },
      { name: 'c' },
    ],
    delete: async (cookie) => void deleted.push(cookie),
  };
  await deleteCookies(cookies);
  expect(deleted).toEqual([
    { name: 'a', domain: null, path: '/kiosk.html', partitioned: false },
    { name: 'b', domain: 'shop.example', path: '/', partitioned: true },
    { name: 'c', domain: null, path: '/', partitioned: false },
  ]);
  await deleteCookies(undefined);
});
