import { useFleet } from '../FleetContext.tsx';

/** While a fleet is updated: which neighbours are of a later version, and what they name that this page does not use with them. */
export function LaterNeighbours() {
  const later = useFleet((model) => model.mesh.later);
  if (later.length === 0) return null;
  return (
    <p className="ff-quiet" data-testid="later-neighbours">
      Of a later version:{' '}
      {later.map(({ name, features }) => `${name} (also speaks ${features.join(', ')})`).join('; ')}. All else
      is said with {later.length === 1 ? 'it' : 'them'} as ever.
    </p>
  );
}
