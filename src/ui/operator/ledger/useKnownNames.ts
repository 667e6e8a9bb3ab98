import { useMemo } from 'react';
import { textOfName } from '../../../core/wire/entry/path.ts';
import { useFleet } from '../FleetContext.tsx';

/** What people call the thing that a name of a path stands for; undefined where the name says it all. */
export type KnownNames = (name: string) => string | undefined;

/** Names of devices and people by their keys, and the plain text of names that are percent-encoded. */
export function useKnownNames(): KnownNames {
  const devices = useFleet((model) => model.devices);
  const people = useFleet((model) => model.people);
  return useMemo(() => {
    const byKey = new Map<string, string>([
      ...devices.map((device) => [device.id, device.name] as const),
      ...people.map((person) => [person.id, person.name] as const),
    ]);
    return (name) => {
      const known = byKey.get(name);
      if (known !== undefined) return known;
      const text = textOfName(name);
      return text === name ? undefined : text;
    };
  }, [devices, people]);
}
