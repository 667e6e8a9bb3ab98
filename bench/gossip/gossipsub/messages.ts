import type { ToAgent } from '../messages.ts';

/** Between the bench and a libp2p agent, over the pipe that Node opens for a child. */
export type ToGossipsubAgent = ToAgent | { readonly type: 'dial'; readonly addresses: readonly string[] };

export type FromGossipsubAgent =
  /** Once; a multiaddr with the agent's peer id. */
  | { readonly type: 'listening'; readonly address: string }
  /** Answers `dial`: every address is connected. */
  | { readonly type: 'connected' }
  | { readonly type: 'state'; readonly meshPeers: number }
  | { readonly type: 'heard'; readonly item: string };
