import type { NearbyServers } from '../ports/browser.ts';
import type { CandidateProbe } from '../ports/candidate-probe.ts';
import type { PairingExchange } from '../ports/pairing-exchange.ts';
import type { PassphraseBox } from '../ports/passphrase-box.ts';
import type { PendingStart } from '../store/commands/rollouts.ts';
import type { Commands } from '../store/commands.ts';
import { createAuthorityCommands } from './commands/authority.ts';
import { createConfigCommands } from './commands/config.ts';
import { createDeviceCommands } from './commands/devices.ts';
import { createFleetCommands, createLinkTo } from './commands/fleet.ts';
import { createMeshCommands } from './commands/mesh.ts';
import { createReleaseCommands } from './commands/releases.ts';
import { createRolloutDesk } from './commands/rollouts.ts';
import { createFleetLife, type FleetLifeDeps } from './fleet-life.ts';
import { createLedgerReader } from './ledger-reader.ts';

export interface OperatorSessionDeps extends FleetLifeDeps {
  readonly exchange: PairingExchange;
  /** Closes backups. */
  readonly box: PassphraseBox;
  readonly probe: CandidateProbe;
  readonly nearby: NearbyServers;
  /** Origin of the page; links to the dashboard and the kiosk page begin with it. */
  readonly shellOrigin: string;
  /** Told whenever it is another. */
  readonly onPendingStart: (state: PendingStart) => void;
}

/** A dashboard's life: opening what was stored, founding or joining a fleet, acting, leaving. */
export interface OperatorSession {
  readonly commands: Commands;
  /** Starts the stored fleet's node, if there is one. */
  open(): Promise<void>;
  close(): Promise<void>;
}

export function createOperatorSession(deps: OperatorSessionDeps): OperatorSession {
  const { ports } = deps;
  const life = createFleetLife(deps);
  const linkTo = createLinkTo(life, ports, deps.shellOrigin);
  const rollouts = createRolloutDesk({ life, clock: ports.clock, onPendingStart: deps.onPendingStart });
  const fleet = createFleetCommands({ ...deps, life, linkTo });
  return {
    commands: {
      fleet: {
        ...fleet,
        leave: () => {
          rollouts.leave();
          return fleet.leave();
        },
      },
      authority: createAuthorityCommands(life, ports.keys),
      devices: createDeviceCommands({ ...deps, life, linkTo }),
      releases: createReleaseCommands(life, ports),
      rollouts: rollouts.commands,
      config: createConfigCommands(life),
      mesh: createMeshCommands({ ...deps, life }),
      ledger: { read: () => createLedgerReader(life.current().runtime.node) },
    },
    open: life.open,
    close: async () => {
      rollouts.leave();
      await life.close();
    },
  };
}
