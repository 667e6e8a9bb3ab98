import { WORKER_SCRIPT_PATH } from './protocol.ts';
import type { WorkerScope } from './worker-scope.ts';

/**
 * Throws, and so keeps the browser from installing this script, unless it was registered under its one address, for the
 * whole origin, and as a classic worker. Attack: a release registers it in another way, which stands in place of the
 * bridge's or takes a part of the origin.
 */
export function assertOwnRegistration(scope: WorkerScope): void {
  const { href, origin } = scope.location;
  if (href !== `${origin}${WORKER_SCRIPT_PATH}`)
    throw new Error(`this worker runs under ${WORKER_SCRIPT_PATH} alone, not ${href}`);
  if (scope.registration.scope !== `${origin}/`)
    throw new Error(`this worker serves the whole origin, not ${scope.registration.scope}`);
  // A module worker throws here, also when nothing is imported.
  scope.importScripts();
}
