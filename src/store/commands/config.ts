import type { ConfigScope } from '../../core/config/config.ts';
import type { EntryId } from '../../core/wire/encoding/ids.ts';

export interface ConfigCommands {
  /** Sets a key for all devices of a scope; undefined removes it there. */
  set(options: { scope: ConfigScope; key: string; value: unknown }): Promise<EntryId>;
  /** Writes a service that releases look up by name, or changes it. */
  setService(service: { name: string; address: string; note: string }): Promise<EntryId>;
  removeService(name: string): Promise<EntryId>;
}
