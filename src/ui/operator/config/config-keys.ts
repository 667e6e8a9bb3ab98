import { type ConfigScope, configFolder } from '../../../core/config/config.ts';
import type { NodeId } from '../../../core/wire/encoding/ids.ts';
import { FOLDERS } from '../../../core/wire/entry/folders.ts';
import { isWithin, textOfName } from '../../../core/wire/entry/path.ts';
import type { LedgerReader } from '../../../store/ledger-model.ts';

/** One key as it is set for one scope. */
export interface ConfigKeyRow {
  readonly scope: ConfigScope;
  readonly key: string;
  readonly path: string;
  /** JSON. */
  readonly text: string;
  readonly author: string;
  /** The author's clock. */
  readonly timeMs: number;
}

/** All keys below /config, of every scope. */
export function listConfigKeys(ledger: LedgerReader): readonly ConfigKeyRow[] {
  const below = (path: string) => ledger.children(path).map((row) => row.path);
  const folders = [
    configFolder({ type: 'fleet' }),
    ...below(`${FOLDERS.config}/sites`),
    ...below(`${FOLDERS.config}/labels`).flatMap(below),
    ...below(`${FOLDERS.config}/devices`),
  ];
  return folders.flatMap(below).flatMap((path) => {
    const place = readConfigPath(path);
    const value = ledger.value(path);
    return place === undefined || value === undefined
      ? []
      : [{ ...place, path, text: value.text, author: value.author, timeMs: value.timeMs }];
  });
}

/** The scope and key that `configPath` made the path of; undefined for any other path. */
export function readConfigPath(
  path: string,
): { readonly scope: ConfigScope; readonly key: string } | undefined {
  if (!isWithin(path, FOLDERS.config)) return undefined;
  const [type, ...names] = path
    .slice(FOLDERS.config.length + 1)
    .split('/')
    .map(textOfName);
  const [first = '', second = '', third = ''] = names;
  if (names.includes('')) return undefined;
  switch (`${type} ${names.length}`) {
    case 'fleet 1':
      return { scope: { type: 'fleet' }, key: first };
    case 'sites 2':
      return { scope: { type: 'site', site: first }, key: second };
    case 'labels 3':
      return { scope: { type: 'label', label: first, value: second }, key: third };
    case 'devices 2':
      return { scope: { type: 'device', device: first as NodeId }, key: second };
    default:
      return undefined;
  }
}
