import type { AuthorityCommands } from './commands/authority.ts';
import type { ConfigCommands } from './commands/config.ts';
import type { DeviceCommands } from './commands/devices.ts';
import type { FleetCommands } from './commands/fleet.ts';
import type { MeshCommands } from './commands/mesh.ts';
import type { ReleaseCommands } from './commands/releases.ts';
import type { RolloutCommands } from './commands/rollouts.ts';
import type { LedgerReader } from './ledger-model.ts';

/**
 * What a person can ask of the node, by subject. Every promise that rejects does so with a CommandRefused, whose message is
 * ready to be shown.
 */
export interface Commands {
  readonly fleet: FleetCommands;
  readonly authority: AuthorityCommands;
  readonly devices: DeviceCommands;
  readonly releases: ReleaseCommands;
  readonly rollouts: RolloutCommands;
  readonly config: ConfigCommands;
  readonly mesh: MeshCommands;
  readonly ledger: {
    /** Throws a CommandRefused when there is no fleet. */
    read(): LedgerReader;
  };
}

export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
}

/** The folder is not what it was when it was chosen: it has to be chosen again. */
export class FolderStale extends CommandRefused {}
