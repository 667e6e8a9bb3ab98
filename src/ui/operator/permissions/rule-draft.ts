import {
  type PermissionRule,
  permissionRuleProblem,
  permissionRuleValue,
  permissionsKey,
} from '../../../core/config/permission-rule.ts';
import type { CborValue } from '../../../core/wire/encoding/cbor.ts';
import { POWERS, type Power } from '../../../core/wire/entry/permissions.ts';
import {
  REACH_SCHEMES,
  type ReachAddress,
  type ReachScheme,
} from '../../../core/wire/entry/reach-address.ts';
import { reachAddressProblem } from '../../../core/wire/entry/reach-address-problem.ts';

/** Which addresses of those that releases ask for: all, those named here line by line, or none. */
export interface AddressDraft {
  readonly type: 'any' | 'named' | 'none';
  readonly typed: string;
}

/** A rule as it stands in its form. */
export interface RuleDraft {
  readonly reach: AddressDraft;
  readonly popups: AddressDraft;
  readonly powers: readonly Power[];
}

/** A new rule withholds nothing until somebody takes something out. */
export const OPEN_DRAFT: RuleDraft = {
  reach: { type: 'any', typed: '' },
  popups: { type: 'any', typed: '' },
  powers: POWERS,
};

export function draftOf({ reach, popups, powers }: PermissionRule): RuleDraft {
  return { reach: addressDraft(reach), popups: addressDraft(popups), powers };
}

export function valueOfDraft({ reach, popups, powers }: RuleDraft): CborValue {
  return permissionRuleValue({ reach: addresses(reach), popups: addresses(popups), powers });
}

/** Empty when devices will read the rule as it is meant. */
export function problemWithRule(draft: RuleDraft): string {
  const empty = [draft.reach, draft.popups].some(
    (each) => each.type === 'named' && addresses(each).length === 0,
  );
  if (empty) return 'Name an address, or choose "nothing".';
  const wrong =
    firstProblem(addresses(draft.reach), REACH_SCHEMES) || firstProblem(addresses(draft.popups), ['https']);
  if (wrong !== '') return `${wrong.charAt(0).toUpperCase()}${wrong.slice(1)}.`;
  return permissionRuleProblem(permissionsKey(undefined), valueOfDraft(draft));
}

function firstProblem(typed: PermissionRule['reach'], schemes: readonly ReachScheme[]): string {
  if (typed === 'any') return '';
  return typed.map((address) => reachAddressProblem(address, schemes)).find((text) => text !== '') ?? '';
}

function addressDraft(addressesOf: PermissionRule['reach']): AddressDraft {
  if (addressesOf === 'any') return { type: 'any', typed: '' };
  return addressesOf.length === 0
    ? { type: 'none', typed: '' }
    : { type: 'named', typed: addressesOf.join('\n') };
}

/** As they are typed; whether they are addresses `problemWithRule` says. */
function addresses({ type, typed }: AddressDraft): PermissionRule['reach'] {
  if (type === 'any') return type;
  if (type === 'none') return [];
  return typed.split(/\s+/).filter((line) => line !== '') as ReachAddress[];
}
