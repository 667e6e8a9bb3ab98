import { declaredFiles } from './declared-files.ts';
import type { PageReport } from './page-report.ts';

/**
 * Tells what goes wrong in a page. An error is what shows that the release itself is broken: something thrown that nobody caught, or a
 * script or stylesheet of its own missing that its markup names. All else also happens in pages that work, and is a warning: notices of
 * the browser, promises that nobody awaited, what the policy keeps out, files that a script tried to load.
 */
export function watchErrors(page: Window & typeof globalThis, report: PageReport): void {
  const warn = (message: string, source = '') => report.notice('release-warning', message, source);
  let reporting = false;

  // In the capture phase, because what cannot be loaded tells it by an event that does not bubble.
  page.addEventListener(
    'error',
    (event: Event) => {
      if (event instanceof page.ErrorEvent) {
        const isThrown = typeof event.error === 'object' && event.error !== null;
        // A notice of the browser names the line that its parser had come to, so that one notice would look like many.
        const source = isThrown && event.filename ? `${event.filename}:${event.lineno}` : event.filename;
        report.notice(isThrown && !reporting ? 'release-error' : 'release-warning', event.message, source);
      } else if (event.target instanceof page.Element) void onMissing(event.target);
    },
    true,
  );
  page.addEventListener('unhandledrejection', (event) =>
    warn(`Nobody caught a rejected promise: ${describe(event.reason)}`),
  );
  page.document.addEventListener('securitypolicyviolation', (event) =>
    warn(`It may not reach ${withoutQuery(event.blockedURI)}`),
  );
  // An app that says so has caught the error.
  const reportError = page.reportError.bind(page);
  page.reportError = (error) => {
    reporting = true;
    try {
      reportError(error);
    } finally {
      reporting = false;
    }
  };

  async function onMissing(element: Element): Promise<void> {
    const address = addressOf(element);
    // What the policy keeps out was told already.
    if (address !== '' && new URL(address, page.location.href).origin !== page.location.origin) return;
    const isNeeded = element instanceof page.HTMLScriptElement || isStylesheet(element);
    // A module script without an address is one whose imports are missing.
    if (isNeeded && (address === '' || (await declaredFiles(page)).has(address)))
      report.notice('release-error', `A ${kindOf(element)} of the release could not be loaded`, address);
    else if (address !== '') warn(`A ${kindOf(element)} could not be loaded`, address);
  }
}

function addressOf(element: Element): string {
  if ('src' in element && typeof element.src === 'string') return element.src;
  return 'href' in element && typeof element.href === 'string' ? element.href : '';
}

function isStylesheet(element: Element): boolean {
  return element.localName === 'link' && element.getAttribute('rel')?.toLowerCase() === 'stylesheet';
}

function kindOf(element: Element): string {
  if (element.localName === 'script') return 'script';
  return isStylesheet(element) ? 'stylesheet' : `file for <${element.localName}>`;
}

/** A query or fragment may hold secrets, and would make many different addresses of one file. */
function withoutQuery(address: string): string {
  return address.replace(/[?#].*$/, '');
}

/** Anything can be thrown, including a value that throws when it is read. */
function describe(reason: unknown): string {
  try {
    return reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
  } catch {
    return 'a value that cannot be shown';
  }
}
