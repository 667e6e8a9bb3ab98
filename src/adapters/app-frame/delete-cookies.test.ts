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
  const set: string[] = [];
  const setCookie = (text: string) => void set.push(text);
  await deleteCookies(cookies, setCookie);
  expect(deleted).toEqual([
    { name: 'a', domain: null, path: '/kiosk.html', partitioned: false },
    { name: 'b', domain: 'shop.example', path: '/', partitioned: true },
    { name: 'c', domain: null, path: '/', partitioned: false },
  ]);
  // A store deletes no cookie whose path ends without a slash.
  expect(set).toEqual([
    'a=; Max-Age=0; Path=/kiosk.html; Secure',
    'b=; Max-Age=0; Path=/; Domain=shop.example; Secure; Partitioned',
    'c=; Max-Age=0; Path=/; Secure',
  ]);
  await deleteCookies(undefined, setCookie);
});
