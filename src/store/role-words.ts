import { isKnownRole } from '../core/wire/entry/grant.ts';
import type { Role } from './model.ts';

/** The roles of a key or grant for people to read. What a role of a later version allows is not known here, and is said so (W12). */
export function wordsForRoles(roles: readonly Role[]): string {
  return roles
    .map((role) => (role === 'root' || isKnownRole(role) ? role : `${role} (of a later version)`))
    .join(', ');
}
