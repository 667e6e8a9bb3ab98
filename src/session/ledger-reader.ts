import { mergedConfig } from '../core/config/config.ts';
import type { Outcome } from '../core/ledger/explanation.ts';
import type { View } from '../core/ledger/view.ts';
import type { Node } from '../core/node/node.ts';
import type { CborValue } from '../core/wire/encoding/cbor.ts';
import { type EntryId, toBase64Url } from '../core/wire/encoding/ids.ts';
import type { Entry } from '../core/wire/entry/entry.ts';
import type { LedgerReader } from '../store/ledger-model.ts';
import { nameOfPerson } from '../store/project-people.ts';

const MAX_MOMENTS = 500;

/** Reads the ledger for pages. Past views are made when they are asked for, and the last one is kept. */
export function createLedgerReader(node: Node): LedgerReader {
  let kept: { readonly at: EntryId; readonly view: View } | undefined;

  const viewOf = (at: EntryId | undefined): View => {
    if (at === undefined) return node.view();
    if (kept?.at === at) return kept.view;
    const view = node.ledger.viewAt(pastOf(at));
    if (view === undefined) return node.view();
    kept = { at, view };
    return view;
  };

  /** A moment is the entry and all that this node had taken in before it. */
  const pastOf = (at: EntryId): readonly EntryId[] => {
    const entries = node.ledger.entries();
    return entries.slice(0, entries.findIndex(({ id }) => id === at) + 1).map(({ id }) => id);
  };

  const name = (entry: Entry) => nameOfPerson(node, entry.author);

  return {
    children: (path, at) => {
      const view = viewOf(at);
      return view.children(path).map((child) => {
        const below = path === '/' ? `/${child}` : `${path}/${child}`;
        const value = view.get(below);
        return {
          name: child,
          path: below,
          hasValue: value !== undefined,
          hasChildren: view.children(below).length > 0,
          setBy: value === undefined ? '' : name(value.setBy),
          action: value?.setBy.action ?? '',
        };
      });
    },
    value: (path, at) => {
      const value = viewOf(at).get(path);
      return (
        value && {
          text: JSON.stringify(readable(settingOf(value.content.body)), null, 2),
          entry: value.setBy.id,
          author: name(value.setBy),
          timeMs: value.setBy.timeMs,
        }
      );
    },
    explain: (path) =>
      node.ledger.explain(path).entries.map(({ entry, outcome }) => ({
        entry: entry.id,
        action: entry.action,
        author: name(entry),
        timeMs: entry.timeMs,
        outcome: outcome.type,
        reason: inWords(outcome),
      })),
    moments: () =>
      node.ledger
        .entries()
        .slice(-MAX_MOMENTS)
        .reverse()
        .map((entry) => ({
          entry: entry.id,
          timeMs: entry.timeMs,
          author: name(entry),
          action: entry.action,
          path: entry.path,
          counts: node.ledger.standing(entry.id)?.type === 'effective',
        })),
    config: (device) => {
      const admission = node.view().devices.get(device)?.body;
      if (admission === undefined) return [];
      return Array.from(mergedConfig(node.view(), admission), ([key, { value, path }]) => ({
        key,
        text: JSON.stringify(readable(value)),
        path,
      }));
    },
  };
}

function inWords(outcome: Outcome): string {
  switch (outcome.type) {
    case 'wins':
      return 'it is what the path is now';
    case 'superseded':
      return `a later entry builds on it (${outcome.by.slice(0, 8)})`;
    case 'loses':
      return {
        'nearer-root': 'another entry was granted nearer to the root',
        'higher-counter': 'another entry has a higher counter',
        'higher-hash': 'another entry of equal authority has the greater hash',
      }[outcome.rule];
    case 'content-missing':
      return 'its content stands outside of it, which this version does not fetch';
    case 'frozen':
      return `the path was frozen before (${outcome.by.slice(0, 8)})`;
    case 'void':
      return `it does not count (${outcome.rule}): ${outcome.reason}`;
  }
}

/** What a body below /config and /services wraps is what was set there. */
function settingOf(body: Entry['body']): CborValue {
  const { value, ...others } = body;
  return value !== undefined && Object.keys(others).length === 0 ? value : body;
}

/** Bytes as base64url, so that keys and hashes can be read and compared. */
function readable(value: CborValue): unknown {
  if (value instanceof Uint8Array) return value.length > 64 ? `${value.length} bytes` : toBase64Url(value);
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readable(item as CborValue)]));
  return value;
}
