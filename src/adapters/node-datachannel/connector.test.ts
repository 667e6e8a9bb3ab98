import { describe, test } from 'vitest';
import { connectorAcceptance } from '../../ports/acceptance/connector.ts';
import { browserClock } from '../browser/clock.ts';
import { createNativeConnector } from './connector.ts';

describe('connections of a node in Node', () => {
  test.each(connectorAcceptance)(
    '$name',
    async ({ run }) => {
      await run({
        connector: createNativeConnector({ clock: browserClock }),
        impatient: createNativeConnector({ clock: browserClock, openTimeoutMs: 500 }),
      });
    },
    20_000,
  );
});
