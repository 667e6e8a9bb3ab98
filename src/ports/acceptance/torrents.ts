import type { AcceptanceCase } from './acceptance-case.ts';
import { torrentAttackCases } from './torrent-attacks.ts';
import type { TorrentsFixture } from './torrent-scene.ts';
import { torrentTransferCases } from './torrent-transfers.ts';

/** Every case makes nodes of its own and closes them. */
export function torrentsCases(fixture: TorrentsFixture): readonly AcceptanceCase[] {
  return [...torrentTransferCases(fixture), ...torrentAttackCases(fixture)];
}
