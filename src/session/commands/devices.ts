import { normalisePairingCode } from '../../core/wire/contact/pairing.ts';
import type { PairingExchange } from '../../ports/pairing-exchange.ts';
import { answerPairing } from '../../runtime/joining/pairing.ts';
import { admitDevice } from '../../runtime/operator/actions.ts';
import type { RuntimePorts } from '../../runtime/runtime-ports.ts';
import type { DeviceCommands } from '../../store/commands/devices.ts';
import { CommandRefused } from '../../store/commands.ts';
import type { FleetLife } from '../fleet-life.ts';
import { refusing } from '../refusing.ts';
import type { LinkTo } from './fleet.ts';

export function createDeviceCommands(deps: {
  readonly life: FleetLife;
  readonly ports: RuntimePorts;
  readonly exchange: PairingExchange;
  readonly linkTo: LinkTo;
}): DeviceCommands {
  const { life, ports } = deps;
  return {
    pair: refusing(async ({ code: typed, name, site, labels }) => {
      const code = normalisePairingCode(typed.trim().replace(/^.*[?&]code=/s, ''));
      if (code === undefined)
        throw new CommandRefused('A pairing code has six letters and digits. Read it again from the device.');
      const { runtime } = life.current();
      const url = runtime.rooms().find(({ state }) => state === 'joined')?.url;
      if (url === undefined)
        throw new CommandRefused(
          'No signaling server can be reached, so the device cannot be found by its code. Check Settings, then try again.',
        );
      const { device } = await answerPairing({
        signaling: ports.signaling,
        exchange: deps.exchange,
        keys: ports.keys,
        clock: ports.clock,
        code,
        url,
        admit: async ({ key }) => {
          await admitDevice(runtime, { device: key, name: name.trim(), site: site.trim(), labels });
          return deps.linkTo('kiosk.html');
        },
      }).done;
      return device;
    }),
  };
}
