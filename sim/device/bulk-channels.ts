import type { NodeInput } from '../../src/core/node/input.ts';
import type { NodeId } from '../../src/core/wire/encoding/ids.ts';
import { bulkClosedFrame, bulkFrame, type NodeFrame, type WireMessage } from '../fleet/node-frame.ts';

/** Bulk channels of one node's links, as the core opens and closes them. */
export interface BulkChannels {
  /** Keeps what arrives until something is attached. */
  open(peer: NodeId, channel: number): void;
  /** Nothing happens when it is not open. What came before is heard by what `begin` returns. */
  attach(peer: NodeId, channel: number, begin: (channel: BulkChannel) => ChannelListener): void;
  close(peer: NodeId, channel: number): void;
  onFrame(peer: NodeId, frame: Exclude<NodeFrame, { type: 'control' }>): void;
  /** Of its channels nothing is told any more. */
  onLinkDown(peer: NodeId): void;
}

export interface ChannelListener {
  onMessage(message: WireMessage): void;
  onClose(): void;
}

export interface BulkChannel {
  /** Dropped once the channel is closed. */
  send(message: WireMessage): void;
  close(): void;
}

interface Channel {
  readonly early: WireMessage[];
  listener: ChannelListener | undefined;
  carriedBytes: number;
  closedHere: boolean;
  closedThere: boolean;
}

export function createBulkChannels(deps: {
  readonly send: (peer: NodeId, frame: NodeFrame) => void;
  readonly tell: (input: NodeInput) => void;
}): BulkChannels {
  const { send, tell } = deps;
  const channels = new Map<NodeId, Map<number, Channel>>();
  const find = (peer: NodeId, number: number) => channels.get(peer)?.get(number);

  const endIfGone = (peer: NodeId, number: number, channel: Channel) => {
    if (!channel.closedHere || !channel.closedThere) return;
    channels.get(peer)?.delete(number);
    tell({ type: 'channel-gone', peer, channel: number });
  };

  const close = (peer: NodeId, number: number) => {
    const channel = find(peer, number);
    if (channel === undefined || channel.closedHere) return;
    channel.closedHere = true;
    channel.listener?.onClose();
    tell({ type: 'wire-closed', peer, channel: number, carriedBytes: channel.carriedBytes });
    send(peer, bulkClosedFrame(number));
    endIfGone(peer, number, channel);
  };

  return {
    open: (peer, number) => {
      const ofPeer = channels.get(peer) ?? new Map<number, Channel>();
      channels.set(peer, ofPeer);
      ofPeer.set(number, {
        early: [],
        listener: undefined,
        carriedBytes: 0,
        closedHere: false,
        closedThere: false,
      });
    },
    attach: (peer, number, begin) => {
      const channel = find(peer, number);
      if (channel === undefined || channel.closedHere) return;
      const listener = begin({
        send: (message) => {
          if (channel.closedHere) return;
          const frame = bulkFrame(number, message);
          channel.carriedBytes += frame.sizeBytes;
          send(peer, frame);
        },
        close: () => close(peer, number),
      });
      channel.listener = listener;
      for (const message of channel.early.splice(0)) listener.onMessage(message);
    },
    close,
    onFrame: (peer, frame) => {
      const channel = find(peer, frame.channel);
      if (channel === undefined) return;
      if (frame.type === 'bulk-closed') {
        channel.closedThere = true;
        return channel.closedHere ? endIfGone(peer, frame.channel, channel) : close(peer, frame.channel);
      }
      if (channel.closedHere) return;
      channel.carriedBytes += frame.sizeBytes;
      if (channel.listener === undefined) channel.early.push(frame.message);
      else channel.listener.onMessage(frame.message);
    },
    onLinkDown: (peer) => {
      const ofPeer = channels.get(peer);
      channels.delete(peer);
      for (const { listener } of ofPeer?.values() ?? []) listener?.onClose();
    },
  };
}
