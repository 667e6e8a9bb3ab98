const HANDSHAKE_BYTES = 68;
const PIECE_MESSAGE = 7;

/** Turns what an honest BitTorrent wire (BEP 3) writes into a poisoner's: the last byte of every block is wrong. */
export function tamperWithBlocks(): (bytes: Uint8Array) => Uint8Array {
  let toSkip = HANDSHAKE_BYTES;
  let head: number[] = [];
  let isBlock = false;
  return (bytes) => {
    for (const [at, byte] of bytes.entries()) {
      if (toSkip > 0) {
        toSkip--;
        if (toSkip === 0 && isBlock) bytes[at] = byte ^ 0xff;
        continue;
      }
      head.push(byte);
      if (head.length < 4) continue;
      const messageBytes = head.slice(0, 4).reduce((sum, part) => sum * 256 + part, 0);
      if (head.length === 4) {
        if (messageBytes === 0) head = [];
        continue;
      }
      isBlock = byte === PIECE_MESSAGE;
      toSkip = messageBytes - 1;
      head = [];
    }
    return bytes;
  };
}
