import { useEffect } from 'react';
import { useCommands, useFleet } from '../FleetContext.tsx';

/** Watches the site as long as the page that calls this shows it; a name that no device was admitted to is left alone. */
export function useOpenSite(site: string): void {
  const commands = useCommands();
  const known = useFleet((model) => model.sites.some(({ name }) => name === site));
  useEffect(() => (known ? commands.mesh.openSite(site) : undefined), [commands, known, site]);
}
