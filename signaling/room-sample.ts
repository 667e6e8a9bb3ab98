/**
 * Whom a newcomer to a room is told of: all, or one drawn at random from each of `atMost` equal parts of the room, in the order in
 * which they joined. Were it the newest, a fleet that comes one by one would be a chain of nodes that know only who came with them.
 * *Attack:* who joins many times last would be all that a newcomer hears of (eclipse).
 *
 * @param nonce random bytes that were drawn for the newcomer, at least `atMost`.
 */
export function sampleOfRoom<Key>(
  members: readonly Key[],
  atMost: number,
  nonce: Uint8Array,
): readonly Key[] {
  if (nonce.length < atMost) throw new RangeError(`${nonce.length} random bytes, ${atMost} are needed`);
  if (members.length <= atMost) return members;
  return Array.from({ length: atMost }, (_, part) => {
    const place = part + nonce[part]! / 256;
    return members[Math.floor((place * members.length) / atMost)]!;
  });
}
