import type { RelaySocket } from '../../ports/signaling.ts';
import { owned, type SessionKeys } from './session-keys.ts';

/** Sealed messages that wait to be opened; a server that floods must not fill the memory. A guess: two seconds of the relay's rate. */
const MAX_UNOPENED_BYTES = 2 * 1024 * 1024;

/** Seals and opens messages in order, each under the counter of its direction (NIST SP 800-38D, 8.2.1). */
export interface SealedSocket {
  send(plain: Uint8Array): void;
  /** A message as it came from the server. */
  receive(sealed: Uint8Array): void;
  /** Plain bytes that are not with the network yet. */
  bufferedBytes(): number;
  /** Resolves when all that was sent is sealed and with the socket. */
  flushed(): Promise<void>;
  /** Resolves when all that was received is opened. */
  opened(): Promise<void>;
}

/**
 * `onBroken` is called once: a message did not open, because somebody changed, left out, repeated or reordered one, or more
 * came than is opened. Nothing is opened after it.
 */
export function createSealedSocket(options: {
  readonly subtle: SubtleCrypto;
  readonly keys: SessionKeys;
  readonly socket: RelaySocket;
  readonly onPlain: (plain: Uint8Array) => void;
  readonly onBroken: (reason: string) => void;
}): SealedSocket {
  const { subtle, keys, socket } = options;
  let sent = 0;
  let received = 0;
  let unsealedBytes = 0;
  let unopenedBytes = 0;
  let broken = false;
  let sealing: Promise<void> = Promise.resolve();
  let opening: Promise<void> = Promise.resolve();

  const breakOff = (reason: string) => {
    if (broken) return;
    broken = true;
    options.onBroken(reason);
  };

  const seal = async (plain: Uint8Array) => {
    const iv = counterNonce(sent++);
    const sealed = await subtle.encrypt({ name: 'AES-GCM', iv }, keys.sending, owned(plain));
    socket.send(new Uint8Array(sealed));
    unsealedBytes -= plain.length;
  };
  const open = async (sealed: Uint8Array) => {
    if (broken) return;
    const iv = counterNonce(received++);
    const plain = await subtle.decrypt({ name: 'AES-GCM', iv }, keys.receiving, owned(sealed));
    unopenedBytes -= sealed.length;
    if (!broken) options.onPlain(new Uint8Array(plain));
  };

  return {
    send(plain) {
      unsealedBytes += plain.length;
      sealing = sealing.then(() => seal(plain)).catch(() => breakOff('a message could not be sealed'));
    },
    receive(sealed) {
      unopenedBytes += sealed.length;
      if (unopenedBytes > MAX_UNOPENED_BYTES) return breakOff('more was sent than can be opened');
      opening = opening
        .then(() => open(sealed))
        .catch(() => breakOff('a message did not open: it was changed, left out or repeated on its way'));
    },
    bufferedBytes: () => unsealedBytes + socket.bufferedBytes(),
    flushed: () => sealing,
    opened: () => opening,
  };
}

/** Twelve bytes: a counter that both ends keep and nobody sends. */
function counterNonce(count: number): Uint8Array<ArrayBuffer> {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setBigUint64(4, BigInt(count));
  return nonce;
}
