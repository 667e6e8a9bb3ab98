import type { View } from '../ledger/view.ts';
import type { NodeId } from '../wire/encoding/ids.ts';
import {
  type DeclaredPermissions,
  type Permissions,
  type Power,
  UNDECLARED,
} from '../wire/entry/permissions.ts';
import { coversAddress, type ReachAddress } from '../wire/entry/reach-address.ts';
import { wishFor } from './wish.ts';

/** What a release asks for and another does not. */
export interface PermissionGrowth extends Permissions {
  /** Of a later version: nobody can see here whether these grew. */
  readonly unknown: readonly string[];
}

/** What `after` asks for beyond `before`; undefined where that is nothing. */
export function growthBetween(before: Permissions, after: DeclaredPermissions): PermissionGrowth | undefined {
  const growth = {
    reach: beyond(before.reach, after.reach),
    popups: beyond(before.popups, after.popups),
    powers: after.powers.filter((power: Power) => !before.powers.includes(power)),
    unknown: after.unknown,
  };
  return Object.values(growth).some((names) => names.length > 0) ? growth : undefined;
}

/**
 * What devices would get with a release of this product that is more than what every one of them is wished to run now asks for:
 * what a person has to agree to before it is rolled out (E4). A device that is to run nothing of the product has agreed to
 * nothing; neither has one that joins later, so without devices it is all. Attack: a release that asks for more is published and
 * never rolled out, and the next one asks for no more than that.
 */
export function growthFor(
  view: Pick<View, 'rollouts' | 'releases' | 'devices'>,
  devices: readonly NodeId[],
  release: { readonly product: string; readonly permissions: DeclaredPermissions },
): PermissionGrowth | undefined {
  const before = new Map<Permissions, Permissions>();
  for (const id of devices) {
    const wish = wishFor(view, view.devices.get(id)?.body);
    const manifest = wish && view.releases.get(wish.release)?.manifest;
    const known = manifest?.product === release.product ? (manifest.permissions ?? UNDECLARED) : UNDECLARED;
    before.set(known, known);
  }
  if (before.size === 0) return growthBetween(UNDECLARED, release.permissions);
  const growths = [...before.values()].flatMap((known) => growthBetween(known, release.permissions) ?? []);
  return growths.length === 0 ? undefined : growths.reduce(joined);
}

function joined(a: PermissionGrowth, b: PermissionGrowth): PermissionGrowth {
  const both = <Name extends string>(one: readonly Name[], other: readonly Name[]) =>
    [...new Set([...one, ...other])].sort();
  return {
    reach: both(a.reach, b.reach),
    popups: both(a.popups, b.popups),
    powers: both(a.powers, b.powers),
    unknown: both(a.unknown, b.unknown),
  };
}

function beyond(before: readonly ReachAddress[], after: readonly ReachAddress[]): readonly ReachAddress[] {
  return after.filter((address) => !before.some((known) => coversAddress(known, address)));
}
