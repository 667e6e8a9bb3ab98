import { useShallow } from 'zustand/react/shallow';
import { useFleet } from '../FleetContext.tsx';

/** Names of all sites, sorted; the same array until one comes or goes. */
export function useSiteNames(): readonly string[] {
  return useFleet(useShallow(({ sites }) => sites.map(({ name }) => name)));
}
