import { BRIDGE_PAGE_PATH } from '../../app-origin/protocol.ts';
import { NO_PERMISSIONS, type Permissions } from '../../core/wire/entry/permissions.ts';

/**
 * Scripts and same-origin, since an opaque origin gets no service worker; the app origin is never the shell's, so the
 * frame cannot lift its own sandbox. Forms, which a kiosk's app may well be. No modals but for a release that may print,
 * which browsers have no other word for: a dialog stops the release's thread, and nobody may stand before a kiosk to
 * close it. No popups, downloads or navigation of the top page: each would take the screen from the shell, and a window
 * that the release has opened itself goes on when the release has ended.
 */
const SANDBOX = 'allow-scripts allow-same-origin allow-forms';
/** A screen may be kept lit by whatever runs on it. */
const ALWAYS = 'screen-wake-lock';

/** A frame of the app origin; a shown one fills its container. */
export function appFrame(
  address: string,
  title: string,
  shown: boolean,
  { powers }: Pick<Permissions, 'powers'>,
): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', powers.includes('print') ? `${SANDBOX} allow-modals` : SANDBOX);
  // Powers are called as the features of Permissions Policy are, but for printing, which is none.
  frame.allow = [ALWAYS, ...powers.filter((power) => power !== 'print')].join('; ');
  frame.title = title;
  frame.referrerPolicy = 'no-referrer';
  Object.assign(frame.style, {
    border: '0',
    // What a page without a background of its own lies on in a window of its own; a frame would show the shell's through.
    background: 'Canvas',
    display: shown ? 'block' : 'none',
    width: '100%',
    height: '100%',
  });
  frame.src = address;
  return frame;
}

/** A hidden frame of the page that installs the app origin's worker and passes it ports. */
export function bridgeFrame(appOrigin: string): HTMLIFrameElement {
  return appFrame(`${appOrigin}${BRIDGE_PAGE_PATH}`, 'Fieldfare bridge', false, NO_PERMISSIONS);
}
