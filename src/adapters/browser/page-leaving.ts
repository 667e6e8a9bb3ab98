/**
 * Calls `leave` when the page goes away: its tab closes, or it goes elsewhere. What `leave` does before it first waits still
 * happens, so neighbours hear a goodbye. A page that the browser kept whole and shows again (the back/forward cache) is loaded
 * anew: it has left.
 */
export function onPageLeaving(page: Window, leave: () => void): void {
  page.addEventListener('pagehide', leave);
  page.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) page.location.reload();
  });
}
