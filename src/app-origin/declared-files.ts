/** The page that a release is opened with, where its address names no file. */
const FIRST_PAGE = '/index.html';

/**
 * Addresses of the scripts and stylesheets that the page's markup names. The page's own text is read again for this,
 * because a script may have added elements to the document since; files that a script adds may be missing without an
 * error.
 */
export async function declaredFiles(page: Window & typeof globalThis): Promise<ReadonlySet<string>> {
  const markup = (await markupAt(page, page.location.href)) ?? (await markupAt(page, FIRST_PAGE)) ?? '';
  const parsed = new page.DOMParser().parseFromString(markup, 'text/html');
  const base = new URL(parsed.querySelector('base[href]')?.getAttribute('href') ?? '', page.location.href);
  const found = parsed.querySelectorAll('script[src], link[rel="stylesheet" i][href]');
  return new Set(
    Array.from(found, (element) => element.getAttribute('src') ?? element.getAttribute('href') ?? '').flatMap(
      (address) => (URL.canParse(address, base) ? new URL(address, base).href : []),
    ),
  );
}

async function markupAt(page: Window, address: string): Promise<string | undefined> {
  try {
    const response = await page.fetch(address);
    const isPage = response.headers.get('Content-Type')?.startsWith('text/html') === true;
    return response.ok && isPage ? await response.text() : undefined;
  } catch {
    return undefined;
  }
}
