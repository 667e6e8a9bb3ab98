import type { NetworkWatch } from '../../ports/network-watch.ts';

/** A network that never changes, for tests. */
export const STILL_NETWORK: NetworkWatch = { onChange: () => () => undefined };
