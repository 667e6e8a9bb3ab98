import type { Permissions } from '../../core/wire/entry/permissions.ts';
import { coversHost } from '../../core/wire/entry/reach-address.ts';

/**
 * Without the addresses that stand for a host of ours, under any port. Attack: a release talks to the device's own servers, which take
 * what comes from the device for the shell's.
 */
export function withoutOwnHosts(permissions: Permissions, hosts: readonly string[]): Permissions {
  const foreign = (addresses: Permissions['reach']) =>
    addresses.filter((address) => !hosts.some((host) => coversHost(address, host)));
  return { ...permissions, reach: foreign(permissions.reach), popups: foreign(permissions.popups) };
}
