import { coversOrigin, type ReachAddress } from '../../core/wire/entry/reach-address.ts';

/** The one window that a run of a release may have open. */
export interface PopupWindow {
  /** Why not; undefined where it is open. */
  open(address: string): 'not-granted' | 'blocked' | undefined;
  /** Idempotent. */
  close(): void;
}

/**
 * Opens pages of the named hosts in a window of the shell's, which is closed when another one is opened or the run ends. Where a page
 * goes from there is its own affair; one that cuts itself off from who opened it (COOP) cannot be closed from here, and closes itself.
 */
export function createPopupWindow(
  hosts: readonly ReachAddress[],
  openBlank: () => Window | null = openFromFrame,
): PopupWindow {
  let opened: Window | null = null;
  const close = () => {
    opened?.close();
    opened = null;
  };
  return {
    open(address) {
      if (!URL.canParse(address)) return 'not-granted';
      const { protocol, hostname, port, username, password, href } = new URL(address);
      const isNamed = hosts.some((host) =>
        coversOrigin(host, { scheme: protocol.slice(0, -1), hostname, port }),
      );
      // A name before the host is there to have another host read in its place.
      if (!isNamed || username !== '' || password !== '') return 'not-granted';
      close();
      opened = openBlank();
      if (opened === null) return 'blocked';
      opened.location.href = href;
      return undefined;
    },
    close,
  };
}

/**
 * Attack: the page leads the kiosk's page away, as a window may with the one that opened it. It is opened by an empty frame of the shell
 * instead, which it may lead nowhere (HTML, "allowed by sandboxing to navigate"); a window without an opener the shell could not close.
 */
function openFromFrame(): Window | null {
  let opener = document.querySelector<HTMLIFrameElement>('iframe[data-popup-opener]');
  if (opener === null) {
    opener = document.createElement('iframe');
    opener.dataset.popupOpener = '';
    opener.hidden = true;
    document.body.append(opener);
  }
  return opener.contentWindow?.open('', '_blank') ?? null;
}
