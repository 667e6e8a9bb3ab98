/** Between the bench and an agent of ours, over the pipe that Node opens for a child. */
export type ToAgent = { readonly type: 'say'; readonly item: string };

export type FromAgent =
  /** The first agent's, once its fleet stands: what the others are started with. */
  | { readonly type: 'founded'; readonly invitation: readonly string[] }
  | { readonly type: 'state'; readonly links: number; readonly knowsFleet: boolean }
  | { readonly type: 'heard'; readonly item: string };
