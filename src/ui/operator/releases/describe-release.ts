import type { HealthRule, ReleaseRow } from '../../../store/model.ts';

export function describeHealth(health: HealthRule): string {
  switch (health.type) {
    case 'call':
      return `Calls fieldfare.healthy() within ${health.withinMs / 1_000} s`;
    case 'quiet':
      return `Loads, paints, and throws nothing uncaught for ${health.forMs / 1_000} s`;
  }
}

export function describeHeld(held: ReleaseRow['held']): string {
  return { whole: 'whole', partial: 'in part', none: 'not here' }[held];
}
