/** Tells when another way to other nodes may be there than before: an address, an interface, or the network as a whole. */
export interface NetworkWatch {
  /** Until the returned function is called. May tell of changes that change nothing. */
  onChange(listener: () => void): () => void;
}
