import { expect, test } from 'vitest';
import { onPageLeaving } from './page-leaving.ts';

function aPage() {
  const events = new EventTarget();
  let reloads = 0;
  const page = Object.assign(events, { location: { reload: () => reloads++ } }) as unknown as Window;
  const show = (persisted: boolean) =>
    events.dispatchEvent(Object.assign(new Event('pageshow'), { persisted }));
  return { page, show, hide: () => events.dispatchEvent(new Event('pagehide')), reloads: () => reloads };
}

test('a page that goes away leaves, and one that the browser kept and shows again is loaded anew', () => {
  const { page, show, hide, reloads } = aPage();
  let left = 0;
  onPageLeaving(page, () => left++);
  show(false);
  expect([left, reloads()]).toEqual([0, 0]);
  hide();
  expect([left, reloads()]).toEqual([1, 0]);
  show(true);
  expect([left, reloads()]).toEqual([1, 1]);
});
