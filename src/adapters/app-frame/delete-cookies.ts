/** What Chromium says of a cookie, beyond the standard's name and value. */
interface VisibleCookie {
  readonly name?: string;
  readonly domain?: string | null;
  readonly path?: string;
  readonly partitioned?: boolean;
}

/** `cookieStore` of a page. */
export interface VisibleCookies {
  getAll(): Promise<readonly VisibleCookie[]>;
  delete(cookie: Required<VisibleCookie>): Promise<void>;
}

/**
 * Deletes the cookies that scripts of this page can see. Attack: cookies know no ports, so those of a release go to the
 * shell's server with each request, for as long as they live. Those under other paths the servers clear. A browser
 * without `cookieStore` leaves it all to them. `setCookie` sets `document.cookie`.
 */
export async function deleteCookies(
  cookies: VisibleCookies | undefined,
  setCookie: (text: string) => void,
): Promise<void> {
  if (cookies === undefined) return;
  await Promise.all(
    (await cookies.getAll()).map(async ({ name, domain = null, path = '/', partitioned = false }) => {
      if (name === undefined) return;
      // The store takes "/kiosk.html" for "/kiosk.html/" (Cookie Store API, "set a cookie"), where the cookie is not.
      const attributes = [
        `${name}=`,
        'Max-Age=0',
        `Path=${path}`,
        ...(domain === null ? [] : [`Domain=${domain}`]),
        // Secure as kiosk pages are: without it a cookie named __Secure-... would stay.
        'Secure',
        ...(partitioned ? ['Partitioned'] : []),
      ];
      setCookie(attributes.join('; '));
      await cookies.delete({ name, domain, path, partitioned });
    }),
  );
}
