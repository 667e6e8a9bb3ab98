import type { Connector } from '../../ports/connections.ts';

/** The same connector, and how many connections were attempted by it. */
export function countAttempts(connector: Connector): { readonly connector: Connector; count(): number } {
  let attempts = 0;
  return {
    connector: {
      attempt: (options) => {
        attempts++;
        return connector.attempt(options);
      },
    },
    count: () => attempts,
  };
}
