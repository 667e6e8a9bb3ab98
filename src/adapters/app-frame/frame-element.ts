import { BRIDGE_PAGE_PATH } from '../../app-origin/protocol.ts';

/**
 * Scripts and same-origin, since an opaque origin gets no service worker; the app origin is never the shell's, so the
 * frame cannot lift its own sandbox. Forms, which a kiosk's app may well be. No modals: a dialog stops the release's
 * thread, and nobody may stand before a kiosk to close it. No popups, downloads or navigation of the top page: each
 * would take the screen from the shell.
 */
const SANDBOX = 'allow-scripts allow-same-origin allow-forms';
/** A screen's video may have sound, fill the screen and keep it lit; no camera, microphone, location or device. */
const PERMISSIONS = 'autoplay; fullscreen; screen-wake-lock';

/** A frame of the app origin; a shown one fills its container. */
export function appFrame(address: string, title: string, shown: boolean): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', SANDBOX);
  frame.allow = PERMISSIONS;
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
  return appFrame(`${appOrigin}${BRIDGE_PAGE_PATH}`, 'Fieldfare bridge', false);
}
