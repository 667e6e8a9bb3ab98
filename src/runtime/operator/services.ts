import type { EntryId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import { type ServiceRecord, serviceBody, servicePath } from '../../core/wire/entry/service.ts';
import type { NodeRuntime } from '../node-runtime.ts';
import { ownGrant } from './own-grant.ts';

/** Writes a service of the fleet, or changes it. Rejects with WireError for a name or record that is out of shape. */
export async function setService(
  runtime: NodeRuntime,
  service: ServiceRecord & { readonly name: string },
): Promise<EntryId> {
  const path = servicePath(service.name.trim());
  const { node } = runtime;
  return runtime.write({
    action: node.view().get(path) === undefined ? 'create' : 'update',
    path,
    parents: node.ledger.heads(path),
    grant: ownGrant(runtime, 'operator'),
    body: serviceBody({ address: service.address.trim(), note: service.note.trim() }),
  });
}

/** Takes a service out of the directory. Rejects with WireError when there is none of that name. */
export async function removeService(runtime: NodeRuntime, name: string): Promise<EntryId> {
  const path = servicePath(name);
  const { node } = runtime;
  if (node.view().get(path) === undefined) throw new WireError(`No service is called "${name}".`);
  return runtime.write({
    action: 'delete',
    path,
    parents: node.ledger.heads(path),
    grant: ownGrant(runtime, 'operator'),
    body: {},
  });
}
