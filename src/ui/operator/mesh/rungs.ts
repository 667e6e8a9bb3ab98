import type { MeshLink } from '../../../store/model.ts';

/** How a link came about, best first; dashes tell them apart without colour. */
export const RUNGS: readonly {
  readonly rung: MeshLink['rung'];
  readonly label: string;
  readonly dash: string;
}[] = [
  { rung: 'lan', label: 'Same LAN', dash: '' },
  { rung: 'punched', label: 'Hole-punched', dash: '9 4' },
  { rung: 'turn-udp', label: 'TURN over UDP', dash: '4 4' },
  { rung: 'turn-tcp', label: 'TURN over TCP', dash: '1 4' },
  { rung: 'relay', label: 'Relay by the server', dash: '12 3 2 3' },
  { rung: 'unknown', label: 'Not known', dash: '2 8' },
];

export function rungOf(rung: MeshLink['rung']) {
  return RUNGS.find((each) => each.rung === rung) ?? RUNGS[RUNGS.length - 1]!;
}
