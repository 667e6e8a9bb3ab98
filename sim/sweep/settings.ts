import type { NodeConfig } from '../../src/core/node/node-config.ts';
import { activeViewSize } from '../../src/core/overlay/hyparview-config.ts';

/** A setting that names nothing, or that no fleet could work with; the message is for a person. */
export class SettingRefused extends Error {}

/** The config with other values at some of its paths, each as `plumtree.graft.leastMs=50`. Throws SettingRefused. */
export function withSettings(config: NodeConfig, settings: readonly string[]): NodeConfig {
  const changed = settings.reduce(withSetting, config);
  const { hyparview, lease } = changed;
  const { low, high } = hyparview.maxLinks;
  if (activeViewSize(hyparview) < 1 || activeViewSize(hyparview) > low || low > high)
    throw new SettingRefused(
      'hyparview: the active view is 1 at least, maxLinks.low no less than it, and maxLinks.high no less than that',
    );
  if (lease.validMs < 1 || lease.validMs > MAX_LEASE_MS || lease.renewals < 1)
    throw new SettingRefused(`lease: validMs is 1 to ${MAX_LEASE_MS}, renewals 1 at least`);
  return changed;
}

/** More is read as that (M5). */
const MAX_LEASE_MS = 300_000;

function withSetting(config: NodeConfig, setting: string): NodeConfig {
  const [path = '', text = ''] = setting.split('=', 2);
  const value = Number(text);
  if (text === '' || !Number.isFinite(value) || value < 0)
    throw new SettingRefused(`${setting}: a setting is PATH=NUMBER, the number 0 or more`);
  return replaced(config, path.split('.'), value, path) as NodeConfig;
}

function replaced(part: unknown, [name, ...rest]: readonly string[], value: number, path: string): unknown {
  if (typeof part === 'number' && name === undefined) return value;
  if (typeof part !== 'object' || part === null || name === undefined || !Object.hasOwn(part, name))
    throw new SettingRefused(`${path}: no such setting; there is ${pathsOf(part).join(', ')} below it`);
  return { ...part, [name]: replaced((part as Record<string, unknown>)[name], rest, value, path) };
}

/** Of every number below. */
export function pathsOf(part: unknown, below = ''): readonly string[] {
  if (typeof part !== 'object' || part === null) return below === '' ? [] : [below];
  return Object.entries(part).flatMap(([name, inner]) =>
    pathsOf(inner, below === '' ? name : `${below}.${name}`),
  );
}
