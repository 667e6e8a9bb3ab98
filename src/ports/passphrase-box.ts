/** Closes bytes under a passphrase, for files that leave the browser. */
export interface PassphraseBox {
  seal(passphrase: string, bytes: Uint8Array): Promise<Uint8Array>;
  /** Undefined when the passphrase is another or the sealed bytes were changed: the two cannot be told apart. */
  open(passphrase: string, sealed: Uint8Array): Promise<Uint8Array | undefined>;
}
