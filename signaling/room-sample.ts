/** A guess: more bring a site together sooner, fewer leave less of what a newcomer hears of to who shares its address. */
const NEARBY = 8;

/**
 * Whom a newcomer to a room is told of: all; or, of a room of more than `atMost`, up to 8 of those that share its address, and one
 * drawn at random from each of equal parts of the room for the places that are left. Who shares an address mostly shares a LAN: kiosks of
 * one shop find each other with the first join, however large the fleet. Were it the newest members, a fleet that comes one by one would
 * be a chain of nodes that know only who came with them. *Attack:* who joins many times last, or from beside the newcomer, would be all
 * that it hears of (eclipse).
 *
 * @param members in the order in which they joined, as is what is returned.
 * @param nearby those of the members that share the newcomer's address, in the same order.
 * @param nonce random bytes that were drawn for the newcomer, at least `atMost`.
 */
export function sampleOfRoom<Key>(
  members: readonly Key[],
  nearby: readonly Key[],
  atMost: number,
  nonce: Uint8Array,
): readonly Key[] {
  if (nonce.length < atMost) throw new RangeError(`${nonce.length} random bytes, ${atMost} are needed`);
  if (members.length <= atMost) return members;
  const near = oneOfEachPart(nearby, Math.min(NEARBY, nearby.length), nonce);
  const named = new Set([
    ...near,
    ...oneOfEachPart(members, atMost - near.length, nonce.subarray(near.length)),
  ]);
  return members.filter((member) => named.has(member));
}

function oneOfEachPart<Key>(members: readonly Key[], parts: number, chance: Uint8Array): readonly Key[] {
  return Array.from({ length: parts }, (_, part) => {
    const place = part + chance[part]! / 256;
    return members[Math.floor((place * members.length) / parts)]!;
  });
}
