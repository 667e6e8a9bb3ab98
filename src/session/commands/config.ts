import type { CborValue } from '../../core/wire/encoding/cbor.ts';
import { setConfig } from '../../runtime/operator/actions.ts';
import { removeService, setService } from '../../runtime/operator/services.ts';
import type { ConfigCommands } from '../../store/commands/config.ts';
import type { FleetLife } from '../fleet-life.ts';
import { refusing } from '../refusing.ts';

export function createConfigCommands(life: FleetLife): ConfigCommands {
  return {
    set: refusing(async ({ scope, key, value }) =>
      setConfig(life.current().runtime, { scope, key, value: value as CborValue | undefined }),
    ),
    setService: refusing(async (service) => setService(life.current().runtime, service)),
    removeService: refusing(async (name) => removeService(life.current().runtime, name)),
  };
}
