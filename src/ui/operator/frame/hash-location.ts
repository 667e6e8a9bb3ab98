import { useSyncExternalStore } from 'react';

/**
 * Routes live in the fragment, query included ("#/devices?site=North"): every deep link then opens the one cached
 * document, also offline, and what a link carries (a pairing code, an invitation) is never sent to a server.
 */

export interface NavigateOptions {
  readonly replace?: boolean;
}

const CHANGED = 'ff-hash-changed';

export function readHash(): string {
  const hash = window.location.hash.slice(1);
  return hash.startsWith('/') ? hash : `/${hash}`;
}

export function navigate(to: string, options: NavigateOptions = {}): void {
  if (readHash() === to) return;
  if (options.replace === true) window.history.replaceState(null, '', `#${to}`);
  else window.history.pushState(null, '', `#${to}`);
  window.dispatchEvent(new Event(CHANGED));
}

function subscribe(listener: () => void): () => void {
  const events = ['hashchange', 'popstate', CHANGED];
  for (const event of events) window.addEventListener(event, listener);
  return () => {
    for (const event of events) window.removeEventListener(event, listener);
  };
}

export function pathOf(hash: string): string {
  const at = hash.indexOf('?');
  return at < 0 ? hash : hash.slice(0, at);
}

export function queryOf(hash: string): string {
  const at = hash.indexOf('?');
  return at < 0 ? '' : hash.slice(at + 1);
}

/** The location hook that wouter's Router takes. */
export function useHashPath(): [string, typeof navigate] {
  return [useSyncExternalStore(subscribe, () => pathOf(readHash())), navigate];
}

/** The search hook that wouter's Router takes. */
export function useHashQuery(): string {
  return useSyncExternalStore(subscribe, () => queryOf(readHash()));
}

/** `params` changed by `changes`; an empty value drops its key, so that a page's plain address is its default state. */
export function withParams(query: string, changes: Readonly<Record<string, string>>): string {
  const params = new URLSearchParams(query);
  for (const [key, value] of Object.entries(changes)) {
    if (value === '') params.delete(key);
    else params.set(key, value);
  }
  return params.toString();
}

export type SetParams = (changes: Readonly<Record<string, string>>) => void;

/** The page's state in its address. Setting replaces the history entry: filters are not steps to go back through. */
export function usePageParams(): [URLSearchParams, SetParams] {
  const query = useHashQuery();
  return [new URLSearchParams(query), setPageParams];
}

function setPageParams(changes: Readonly<Record<string, string>>): void {
  const hash = readHash();
  const query = withParams(queryOf(hash), changes);
  navigate(query === '' ? pathOf(hash) : `${pathOf(hash)}?${query}`, { replace: true });
}
