import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PortUnavailable } from '../cli/listen.ts';
import { createSiteServer, type SiteServer } from '../cli/site-server.ts';
import { openJoinChecks } from '../signaling/join-checks.ts';
import { createSignalingServer } from '../signaling/server.ts';
import { DemoFailed } from './demo-failed.ts';

const DIST_DIRECTORY = fileURLToPath(new URL('../dist', import.meta.url));
const FIRST_PORT = 4400;
/** A guess: this many demos and servers at a time, two ports each. */
const PORT_PAIRS = 50;

/** Pages, app origin and signaling, on port 4400 and the next or the first free pair after them. */
export async function openDemoSite(): Promise<SiteServer> {
  if (!existsSync(join(DIST_DIRECTORY, 'shell/index.html')))
    throw new DemoFailed(
      'The pages are not built: run `npm run demo`, which builds them, or `npm run build`.',
    );
  const keys = await openJoinChecks();
  const lastPort = FIRST_PORT + 2 * (PORT_PAIRS - 1);
  for (let port = FIRST_PORT; ; port += 2) {
    try {
      return await createSiteServer({
        port,
        host: 'localhost',
        distDirectory: DIST_DIRECTORY,
        signaling: [],
        signalingServer: createSignalingServer({ keys }),
        tls: undefined,
      });
    } catch (error) {
      if (!(error instanceof PortUnavailable)) throw error;
      if (port >= lastPort)
        throw new DemoFailed(
          `No two neighbouring ports are free between ${FIRST_PORT} and ${lastPort + 1}: ${error.message}`,
        );
    }
  }
}
