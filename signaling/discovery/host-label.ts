import { hostname } from 'node:os';

/** This machine's name as a part of a label of DNS, short enough that a port and a kind fit beside it. */
export function hostLabel(): string {
  const [first = ''] = hostname().split('.');
  return first.replace(/[^A-Za-z0-9-]/g, '-').slice(0, 32) || 'host';
}
