import type { Node } from '../../core/node/node.ts';
import type { NodeId } from '../../core/wire/encoding/ids.ts';
import type { Admission } from '../project-devices.ts';
import type { Look } from './look.ts';

/** Devices that were admitted, admitted anew or withdrawn since the last look. */
export interface AdmissionWatch {
  look(look: Look): ReadonlySet<NodeId>;
}

export function createAdmissionWatch({ view }: Pick<Node, 'view'>): AdmissionWatch {
  const known = new Map<NodeId, Admission>();
  return {
    look: ({ ledgerGrew }) => {
      const changed = new Set<NodeId>();
      if (!ledgerGrew) return changed;
      const { devices } = view();
      // A view replaces what stands at a path as a whole.
      for (const [id, admission] of devices)
        if (known.get(id) !== admission) {
          known.set(id, admission);
          changed.add(id);
        }
      if (known.size > devices.size)
        for (const id of known.keys())
          if (!devices.has(id)) {
            known.delete(id);
            changed.add(id);
          }
      return changed;
    },
  };
}
