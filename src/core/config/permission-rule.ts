import type { CborValue } from '../wire/encoding/cbor.ts';
import { WireError } from '../wire/encoding/refusal.ts';
import { readList, readMap, readText } from '../wire/encoding/shape.ts';
import type { AdmissionBody } from '../wire/entry/admission.ts';
import { NO_PERMISSIONS, type Permissions, POWERS, type Power } from '../wire/entry/permissions.ts';
import {
  coversAddress,
  MAX_ADDRESS_CHARACTERS,
  REACH_SCHEMES,
  type ReachAddress,
  type ReachScheme,
  readReachAddress,
} from '../wire/entry/reach-address.ts';
import { type ConfigTree, configValues } from './config.ts';

/** The key of the config that holds for releases of every product; `permissions.<product>` holds for those of one (C7). */
const PERMISSIONS_KEY = 'permissions';

/** The most that releases are granted where it is set. What it does not name is withheld. */
export interface PermissionRule {
  readonly reach: readonly ReachAddress[] | 'any';
  readonly popups: readonly ReachAddress[] | 'any';
  readonly powers: readonly Power[];
}

/** A guess: one address for each service of a company, four times what one release may ask for. */
const MAX_RULE_ADDRESSES = 128;

export function permissionsKey(product: string | undefined): string {
  return product === undefined ? PERMISSIONS_KEY : `${PERMISSIONS_KEY}.${product}`;
}

/** Of which product the key is a rule; undefined where it is none. */
export function readPermissionsKey(key: string): { readonly product: string | undefined } | undefined {
  if (key === PERMISSIONS_KEY) return { product: undefined };
  return key.startsWith(`${PERMISSIONS_KEY}.`)
    ? { product: key.slice(PERMISSIONS_KEY.length + 1) }
    : undefined;
}

/**
 * What a device grants a release: what the release declares and every rule names that is set for the device, in whatever scope,
 * for its product or for all. Unlike other keys (C1) the nearest rule does not replace the others. Attack: an operator of one site,
 * whose grant ends there, lifts what the fleet withholds. A rule that cannot be read names nothing: somebody meant to withhold
 * something. A device that the ledger does not admit is told no rule, and grants nothing.
 */
export function grantedPermissions(
  tree: ConfigTree,
  device: AdmissionBody | undefined,
  product: string,
  declared: Permissions,
): Permissions {
  if (device === undefined) return NO_PERMISSIONS;
  return [PERMISSIONS_KEY, permissionsKey(product)]
    .flatMap((key) => configValues(tree, device, key))
    .map(ruleOf)
    .reduce(narrow, { reach: declared.reach, popups: declared.popups, powers: declared.powers });
}

/** @throws WireError */
export function readPermissionRule(value: CborValue): PermissionRule {
  const map = readMap(value, 'the rule');
  return {
    reach: readAddresses(map.reach, 'reach', REACH_SCHEMES),
    popups: readAddresses(map.popups, 'popups', ['https']),
    powers: POWERS.filter((power) => map[power] === true),
  };
}

export function permissionRuleValue({ reach, popups, powers }: PermissionRule): CborValue {
  return {
    ...(reach.length > 0 && { reach }),
    ...(popups.length > 0 && { popups }),
    ...Object.fromEntries(powers.map((power) => [power, true])),
  };
}

/** Why the value withholds everything, in words for whoever sets it; empty when it does not, and for any other key. */
export function permissionRuleProblem(key: string, value: CborValue): string {
  if (readPermissionsKey(key) === undefined) return '';
  try {
    readPermissionRule(value);
    return '';
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return `"${key}" says at most what releases are granted, and kiosks grant nothing under this: ${error.message}.`;
  }
}

function ruleOf(value: CborValue): PermissionRule {
  try {
    return readPermissionRule(value);
  } catch (error) {
    if (error instanceof WireError) return NO_PERMISSIONS;
    throw error;
  }
}

function narrow(asked: Permissions, rule: PermissionRule): Permissions {
  return {
    reach: within(asked.reach, rule.reach),
    popups: within(asked.popups, rule.popups),
    powers: asked.powers.filter((power) => rule.powers.includes(power)),
  };
}

function within(asked: readonly ReachAddress[], rule: PermissionRule['reach']): readonly ReachAddress[] {
  return rule === 'any'
    ? asked
    : asked.filter((address) => rule.some((allowed) => coversAddress(allowed, address)));
}

function readAddresses(
  value: CborValue | undefined,
  where: string,
  schemes: readonly ReachScheme[],
): PermissionRule['reach'] {
  if (value === undefined) return [];
  if (value === 'any') return value;
  return readList(value, where, MAX_RULE_ADDRESSES).map((item) =>
    readReachAddress(readText(item, `an address of ${where}`, MAX_ADDRESS_CHARACTERS), schemes),
  );
}
