import type { PageReport } from './page-report.ts';

/** Tells when the page shows something: by its first paint, or by what is laid out, where no paint is told. */
export function watchPaint(page: Window & typeof globalThis, report: PageReport): void {
  // A page that is one frame, one colour or one gradient has no first contentful paint, and has a first paint.
  new page.PerformanceObserver((list, observer) => {
    if (list.getEntries().length === 0) return;
    observer.disconnect();
    report.show('painted');
  }).observe({ type: 'paint', buffered: true });
}

/** A guess: what a page shows is among its first elements. */
const MAX_ELEMENTS = 500;
const VISIBLE_BY_THEMSELVES: ReadonlySet<string> = new Set(
  'img svg canvas video iframe object embed input button textarea select progress meter'.split(' '),
);

/** Whether a page that has loaded lays out anything that can be seen. A page in the background never paints. */
export function showsSomething({ readyState, body, documentElement }: Document): boolean {
  if (readyState !== 'complete' || body === null) return false;
  if (hasBackground(documentElement) || hasBackground(body) || body.innerText.trim() !== '') return true;
  return [...body.querySelectorAll('*')].slice(0, MAX_ELEMENTS).some(isVisible);
}

function isVisible(element: Element): boolean {
  const { width, height } = element.getBoundingClientRect();
  if (width === 0 || height === 0) return false;
  const style = getComputedStyle(element);
  if (style.visibility !== 'visible' || style.opacity === '0') return false;
  return (
    VISIBLE_BY_THEMSELVES.has(element.localName) || hasBackground(element) || style.borderStyle !== 'none'
  );
}

function hasBackground(element: Element): boolean {
  const { backgroundColor, backgroundImage } = getComputedStyle(element);
  return backgroundImage !== 'none' || !/^(transparent|rgba\(.*, 0\))$/.test(backgroundColor);
}
