import { coversOrigin, type ReachAddress } from '../../core/wire/entry/reach-address.ts';

/** The one window that a run of a release may have open. */
export interface PopupWindow {
  /** Why not; undefined where it is open. */
  open(address: string): 'not-granted' | 'blocked' | undefined;
  /** Idempotent. */
  close(): void;
}

/**
 * Opens pages of the named hosts in a window of the shell's, which is closed when another one is opened or the run ends. The page in it
 * has no hold of the shell. Where it goes from there is its own affair; a page that cuts itself off from who opened it (COOP) cannot be
 * closed from here, and closes itself.
 */
export function createPopupWindow(
  hosts: readonly ReachAddress[],
  openBlank: () => Window | null = () => window.open('', '_blank'),
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
      // Attack: the page leads the shell away by its opener.
      opened.opener = null;
      opened.location.href = href;
      return undefined;
    },
    close,
  };
}
