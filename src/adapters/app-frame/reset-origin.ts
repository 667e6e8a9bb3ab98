import { RESET_PATH } from '../../app-origin/protocol.ts';

/** A guess: a server that takes longer is as good as gone. */
const TIMEOUT_MS = 3_000;

/**
 * Has the app origin's server tell the browser to drop all that the origin keeps, workers first of all. The request comes
 * from the shell's origin, where no worker of the app origin can answer in the server's place. False when the server did
 * not do it.
 */
export async function resetOrigin(appOrigin: string): Promise<boolean> {
  try {
    const response = await fetch(`${appOrigin}${RESET_PATH}`, {
      method: 'POST',
      // Without credentials browsers do not heed Clear-Site-Data.
      credentials: 'include',
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return response.ok;
  } catch {
    return false;
  }
}
