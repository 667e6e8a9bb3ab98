import type { SeededRelease, SeederState } from '../../src/session/seeder-session.ts';

/** One line for a log: who it is with, and what it holds for them. */
export function statusLine({ fleetName, entries, links, roomsJoined, releases }: SeederState): string {
  const where = fleetName === '' ? 'waits for its fleet' : fleetName;
  const servers = roomsJoined === 0 ? ', no signaling server' : '';
  const held = releases.length === 0 ? 'no release is wished for' : releases.map(releaseText).join(', ');
  return `${where}: ${count(links, 'link')}${servers}, ${count(entries, 'entry', 'entries')}, ${held}`;
}

function releaseText({ product, version, bytesHere, sizeBytes }: SeededRelease): string {
  // Rounded down, so that 100 % is all of it.
  const percent = sizeBytes === 0 ? 100 : Math.floor((bytesHere / sizeBytes) * 100);
  return `${product} ${version} ${percent} %`;
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
