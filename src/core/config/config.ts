import type { CborValue } from '../wire/encoding/cbor.ts';
import type { NodeId } from '../wire/encoding/ids.ts';
import { WireError } from '../wire/encoding/refusal.ts';
import type { AdmissionBody } from '../wire/entry/admission.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { FOLDERS } from '../wire/entry/folders.ts';
import { nameFor, textOfName } from '../wire/entry/path.ts';
import { readServiceBody, type ServiceRecord } from '../wire/entry/service.ts';
import { readValueBody } from '../wire/entry/tree.ts';

/** The part of a view that is asked here. */
export interface ConfigTree {
  get(path: string): { readonly content: Entry } | undefined;
  children(path: string): readonly string[];
}

/** For which devices a value is set. */
export type ConfigScope =
  | { readonly type: 'fleet' }
  | { readonly type: 'site'; readonly site: string }
  | { readonly type: 'label'; readonly label: string; readonly value: string }
  | { readonly type: 'device'; readonly device: NodeId };

export function configFolder(scope: ConfigScope): string {
  switch (scope.type) {
    case 'fleet':
      return `${FOLDERS.config}/fleet`;
    case 'site':
      return `${FOLDERS.config}/sites/${nameFor(scope.site)}`;
    case 'label':
      return `${FOLDERS.config}/labels/${nameFor(scope.label)}/${nameFor(scope.value)}`;
    case 'device':
      return `${FOLDERS.config}/devices/${scope.device}`;
  }
}

export function configPath(scope: ConfigScope, key: string): string {
  return `${configFolder(scope)}/${nameFor(key)}`;
}

export interface ConfigValue {
  readonly value: CborValue;
  /** Where it comes from. */
  readonly path: string;
}

/**
 * What a device is configured to be, key by key (C1): the nearest scope that sets a key wins, in the order fleet, site, labels, device.
 * Of two labels that set one key the one whose name sorts last wins. Values replace each other whole.
 */
export function mergedConfig(tree: ConfigTree, device: AdmissionBody): ReadonlyMap<string, ConfigValue> {
  const merged = new Map<string, ConfigValue>();
  for (const scope of scopesOf(device))
    for (const [key, value] of valuesBelow(tree, configFolder(scope))) merged.set(key, value);
  return merged;
}

/** What `mergedConfig` has under this key, without a look at the others. */
export function configValue(tree: ConfigTree, device: AdmissionBody, key: string): CborValue | undefined {
  for (const scope of scopesOf(device).reverse()) {
    const body = tree.get(configPath(scope, key))?.content.body;
    if (body !== undefined && 'value' in body) return readValueBody(body);
  }
  return undefined;
}

/** Those that concern a device, the nearest last. */
function scopesOf(device: AdmissionBody): ConfigScope[] {
  return [
    { type: 'fleet' },
    { type: 'site', site: device.site },
    ...Object.keys(device.labels)
      .sort()
      .map((label) => ({ type: 'label' as const, label, value: device.labels[label]! })),
    { type: 'device', device: device.device },
  ];
}

/** Services of the fleet by name (C3), for whoever looks one up. What has not the shape of one is left out: whoever wrote it had no page. */
export function services(tree: ConfigTree): ReadonlyMap<string, ServiceRecord> {
  const found = new Map<string, ServiceRecord>();
  for (const name of tree.children(FOLDERS.services)) {
    const content = tree.get(`${FOLDERS.services}/${name}`)?.content;
    const record = content && recordOf(content.body);
    if (record !== undefined) found.set(textOfName(name), record);
  }
  return found;
}

function recordOf(body: Entry['body']): ServiceRecord | undefined {
  try {
    return readServiceBody(body);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

function valuesBelow(tree: ConfigTree, folder: string): Map<string, ConfigValue> {
  const values = new Map<string, ConfigValue>();
  for (const key of tree.children(folder)) {
    const path = `${folder}/${key}`;
    const content = tree.get(path)?.content;
    if (content === undefined || !('value' in content.body)) continue;
    values.set(textOfName(key), {
      value: readValueBody(content.body),
      path,
    });
  }
  return values;
}
