import { decodeJoinLink, encodeJoinLink, type JoinLink } from '../../core/wire/contact/join-link.ts';
import type { PassphraseBox } from '../../ports/passphrase-box.ts';
import { loadMembership } from '../../runtime/joining/membership-record.ts';
import { writeDeviceInvitation } from '../../runtime/operator/actions.ts';
import { makeBackup, openBackup } from '../../runtime/operator/backup.ts';
import { writePersonInvitation } from '../../runtime/operator/invitation.ts';
import type { RuntimePorts } from '../../runtime/runtime-ports.ts';
import type { FleetCommands } from '../../store/commands/fleet.ts';
import type { FleetLife } from '../fleet-life.ts';
import { refusing } from '../refusing.ts';

/** Links to this fleet that are opened at the dashboard (`''`) or at the kiosk page. */
export type LinkTo = (page: '' | 'kiosk.html', invitation?: JoinLink['invitation']) => Promise<string>;

export function createLinkTo(life: FleetLife, ports: RuntimePorts, shellOrigin: string): LinkTo {
  return async (page, invitation) => {
    const membership = await loadMembership(ports.records);
    const code = encodeJoinLink({
      fleet: life.current().runtime.node.ledger.fleet,
      signaling: membership?.signaling ?? [],
      invitation,
    });
    return `${shellOrigin}/${page}#/join/${code}`;
  };
}

export function createFleetCommands(deps: {
  readonly life: FleetLife;
  readonly ports: RuntimePorts;
  readonly box: PassphraseBox;
  readonly linkTo: LinkTo;
}): FleetCommands {
  const { life, ports, box } = deps;
  return {
    create: refusing(life.found),
    join: refusing(async (link, personName) => life.join(decodeJoinLink(link), personName)),
    invite: refusing(async (options) => {
      const { runtime } = life.current();
      const seed = ports.randomness.bytes(32);
      const expiresAtMs = ports.clock.nowMs() + options.validMs;
      const grant =
        options.for === 'device'
          ? await writeDeviceInvitation(runtime, ports.keys, { ...options, seed, expiresAtMs })
          : await writePersonInvitation(runtime, ports.keys, {
              seed,
              expiresAtMs,
              name: 'Invitation for a person',
              roles: options.roles,
              path: options.path.trim(),
              mayGrant: true,
            });
      return deps.linkTo(options.for === 'device' ? 'kiosk.html' : '', { grant, seed });
    }),
    makeBackup: refusing(async (passphrase) => {
      const membership = await loadMembership(ports.records);
      return makeBackup(
        life.current().runtime,
        { keys: ports.keys, randomness: ports.randomness, box },
        { passphrase, signaling: membership?.signaling ?? [] },
      );
    }),
    restoreBackup: refusing(async (file, passphrase) => {
      const { link, personName } = await openBackup(file, passphrase, box);
      return life.join(link, personName);
    }),
    leave: refusing(life.leave),
  };
}
