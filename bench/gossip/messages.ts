/** Between the bench and an agent of ours, over the pipe that Node opens for a child. */
export type ToAgent = { readonly type: 'say'; readonly item: string };

/** The fleet, the grant and the seed, as text. */
export type Invitation = readonly [fleet: string, grant: string, seed: string];

export type FromAgent =
  /** The first agent's, once its fleet stands: what the others are started with, one for each site. */
  | { readonly type: 'founded'; readonly invitations: readonly Invitation[] }
  | { readonly type: 'state'; readonly links: number; readonly knowsFleet: boolean }
  | { readonly type: 'heard'; readonly item: string };
