import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import type { Commands } from '../../store/commands.ts';
import type { FleetModel, Role, SessionModel } from '../../store/model.ts';

interface FleetContextValue {
  readonly store: StoreApi<FleetModel>;
  readonly commands: Commands;
}

const FleetContext = createContext<FleetContextValue | undefined>(undefined);

export const FleetProvider = FleetContext.Provider;

function useFleetContext(): FleetContextValue {
  const value = useContext(FleetContext);
  if (value === undefined) throw new Error('a page was rendered outside FleetProvider');
  return value;
}

/** Reads the model; `select` must return a part of it as it is, or a primitive. */
export function useFleet<Part>(select: (model: FleetModel) => Part): Part {
  return useStore(useFleetContext().store, select);
}

export function useCommands(): Commands {
  return useFleetContext().commands;
}

export type OpenSession = Extract<SessionModel, { type: 'open' }>;

/** The open session. Pages below the shell are rendered only while there is one. */
export function useOpenSession(): OpenSession {
  const session = useFleet((model) => model.session);
  if (session.type !== 'open') throw new Error(`a page was rendered in a session that is ${session.type}`);
  return session;
}

/** Empty when the session's key may do it, else why not. The node checks again; this only saves a click. */
export function useRefusal(right: 'admit' | 'configure' | 'publish' | 'roll-out'): string {
  const { roles, invitation } = useOpenSession();
  const need: Role = right === 'publish' ? 'release' : 'operator';
  if (roles.includes(need)) return '';
  const act = {
    admit: 'admit devices',
    configure: 'set config',
    publish: 'publish releases',
    'roll-out': 'start rollouts',
  }[right];
  if (invitation !== undefined)
    return `This browser may not ${act} yet: its invitation is not taken up. The overview says why.`;
  return `This browser's key may not ${act}. Ask a person with root rights to grant it the ${need} role.`;
}
