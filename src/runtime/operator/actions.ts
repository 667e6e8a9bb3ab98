import { type ConfigScope, configPath } from '../../core/config/config.ts';
import { dataProblem } from '../../core/config/product-data.ts';
import { stripProblem } from '../../core/config/strip.ts';
import { selectedDevices } from '../../core/rollout/wish.ts';
import { type CborValue, encodeCbor } from '../../core/wire/encoding/cbor.ts';
import type { EntryId, NodeId, ReleaseId, RolloutId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import { type AdmissionBody, admissionBody, admissionPath } from '../../core/wire/entry/admission.ts';
import { grantBody } from '../../core/wire/entry/grant.ts';
import { checkPath } from '../../core/wire/entry/path.ts';
import { rolloutBody, rolloutPath, type Selector } from '../../core/wire/entry/rollout.ts';
import { valueBody } from '../../core/wire/entry/tree.ts';
import type { Keys } from '../../ports/keys.ts';
import type { NodeRuntime } from '../node-runtime.ts';
import { ownGrant } from './own-grant.ts';

/** Admits a device's key, or changes its name, site and labels. */
export async function admitDevice(runtime: NodeRuntime, admission: AdmissionBody): Promise<EntryId> {
  const path = admissionPath(admission.device);
  return runtime.write({
    action: 'admit',
    path,
    parents: runtime.node.ledger.heads(path),
    grant: ownGrant(runtime, 'operator'),
    body: admissionBody(admission),
  });
}

/** Rolls out this very release, whether or not devices take its number. */
export async function startRollout(
  runtime: NodeRuntime,
  rollout: { readonly release: ReleaseId; readonly select: Selector },
): Promise<RolloutId> {
  const { node } = runtime;
  if (!node.view().releases.has(rollout.release)) throw new WireError('This release is not known here.');
  const last = node.view().rollouts.at(-1)?.number ?? 0;
  // What was deleted or voided has left its number behind: another entry there would have to win against it.
  let number = last + 1;
  while (node.ledger.heads(rolloutPath(number)).length > 0) number++;
  return runtime.write({
    action: 'create',
    path: rolloutPath(number),
    parents: [rollout.release, ...node.ledger.heads(rolloutPath(last))],
    grant: ownGrant(runtime, 'operator'),
    body: rolloutBody(rollout),
  });
}

/** Makes an invitation for devices of one place; its seed stands in the link alone. */
export async function writeDeviceInvitation(
  runtime: NodeRuntime,
  keys: Keys,
  options: {
    readonly site: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly seed: Uint8Array;
    readonly expiresAtMs: number;
  },
): Promise<EntryId> {
  const guest = await keys.fromSeed(options.seed);
  return runtime.write({
    action: 'grant',
    path: '/',
    parents: [],
    grant: ownGrant(runtime, 'operator'),
    expiresAtMs: options.expiresAtMs,
    body: grantBody({
      keys: [guest.id],
      threshold: 1,
      name: `Invitation for devices at ${options.site}`,
      roles: ['device'],
      mayGrant: false,
      invitation: true,
      place: { site: options.site, labels: options.labels },
    }),
  });
}

/** Sets a key below /config; an undefined value removes it there. */
export async function setConfig(
  runtime: NodeRuntime,
  {
    scope,
    key,
    value,
  }: { readonly scope: ConfigScope; readonly key: string; readonly value: CborValue | undefined },
): Promise<EntryId> {
  if (key.trim() === '') throw new WireError('The key is empty. Give it a name.');
  const path = checkPath(configPath(scope, key));
  if (value !== undefined) checkEncodable(value);
  const problem = value === undefined ? '' : stripProblem(key, value) || dataProblem(key, value);
  if (problem !== '') throw new WireError(problem);
  const exists = runtime.node.view().get(path) !== undefined;
  return runtime.write({
    action: value === undefined ? 'delete' : exists ? 'update' : 'create',
    path,
    parents: runtime.node.ledger.heads(path),
    grant: ownGrant(runtime, 'operator'),
    body: value === undefined ? {} : valueBody(value),
  });
}

function checkEncodable(value: CborValue): void {
  try {
    encodeCbor(value);
  } catch {
    throw new WireError(
      'A value is made of texts, whole numbers, true, false, null, lists and maps. Write a fraction as text.',
    );
  }
}

export function previewSelector({ node }: NodeRuntime, select: Selector): readonly NodeId[] {
  return selectedDevices(
    select,
    Array.from(node.view().devices.values(), ({ body }) => body),
  );
}
