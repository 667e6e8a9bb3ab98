import type { Random } from '../engine/random.ts';
import type { NodeIndex, Topology } from './topology.ts';

/** One way of a link. */
export interface Direction {
  /** Frames arrive in the order in which they were sent: none before this. */
  lastArrivalMs: number;
  bufferedBytes: number;
  congested: boolean;
}

export function createDirection(): Direction {
  return { lastArrivalMs: 0, bufferedBytes: 0, congested: false };
}

/** When each line will have sent what it was given; in virtual time. */
export interface LineQueues {
  readonly uplink: Float64Array;
  readonly downlink: Float64Array;
  readonly siteOut: Float64Array;
  readonly siteIn: Float64Array;
}

/** IPv4, UDP, DTLS 1.2 record with its tag, SCTP header and data chunk. */
const OVERHEAD_BYTES = 20 + 8 + 37 + 12 + 16;
/** What one packet carries of a frame (RFC 8831, section 5: the path MTU that needs no discovery). */
const PACKET_BYTES = 1_150;
/** dcsctp's least retransmission time-out; doubled at each loss in a row. */
const RETRANSMIT_MS = 400;
/** A guess: latency varies by this share. */
const JITTER = 0.1;

/**
 * A data channel is reliable and ordered (RFC 8831): a lost packet is a delay, for its frame and those behind it. Lines pass on
 * what they are given first come, first served; a site's line is shared by all links that leave the site.
 */
export function transmit(sent: {
  readonly nowMs: number;
  readonly from: NodeIndex;
  readonly to: NodeIndex;
  readonly sizeBytes: number;
  readonly topology: Topology;
  readonly queues: LineQueues;
  readonly direction: Direction;
  readonly random: Random;
}): { readonly acceptedAtMs: number; readonly arrivesAtMs: number } {
  const { from, to, topology, queues, direction, random } = sent;
  const packets = Math.max(1, Math.ceil(sent.sizeBytes / PACKET_BYTES));
  const sizeBytes = sent.sizeBytes + packets * OVERHEAD_BYTES;
  const pass = (line: Float64Array, index: number, bytesPerMs: number, readyMs: number): number => {
    if (bytesPerMs === Number.POSITIVE_INFINITY) return readyMs;
    const doneMs = Math.max(readyMs, line[index]!) + sizeBytes / bytesPerMs;
    line[index] = doneMs;
    return doneMs;
  };

  let acceptedAtMs = pass(queues.uplink, from, topology.uplink[from]!, sent.nowMs);
  const [siteFrom, siteTo] = [topology.siteOf[from]!, topology.siteOf[to]!];
  if (siteFrom !== siteTo) {
    acceptedAtMs = pass(queues.siteOut, siteFrom, topology.siteUplink[siteFrom]!, acceptedAtMs);
    acceptedAtMs = pass(queues.siteIn, siteTo, topology.siteUplink[siteTo]!, acceptedAtMs);
  }
  acceptedAtMs = pass(queues.downlink, to, topology.downlink[to]!, acceptedAtMs);

  const wayMs = topology.oneWayMs(from, to) * topology.slowness[from]! * (1 + random() * JITTER);
  // A LAN loses next to nothing.
  const lossRate = siteFrom === siteTo ? 0 : topology.lossRate[from]!;
  let lostMs = 0;
  for (let packet = 0; lossRate > 0 && packet < packets; packet++)
    for (
      let timeoutMs = RETRANSMIT_MS, waitedMs = 0;
      random() < lossRate && waitedMs < 60_000;
      timeoutMs *= 2
    ) {
      waitedMs += timeoutMs;
      lostMs = Math.max(lostMs, waitedMs);
    }
  const arrivesAtMs = Math.max(direction.lastArrivalMs, acceptedAtMs + wayMs + lostMs);
  direction.lastArrivalMs = arrivesAtMs;
  return { acceptedAtMs, arrivesAtMs };
}
