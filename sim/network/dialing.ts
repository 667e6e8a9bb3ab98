import type { Simulation } from '../engine/simulation.ts';
import type { Frame, Network } from './network.ts';
import type { NodeIndex, Topology } from './topology.ts';

/** From "I want a link" to a link: offer and answer by whatever way signals take, then ICE, DTLS, SCTP and the proof of keys. */
export interface Dialing {
  /** Dials since the start, by node. */
  readonly dials: Float64Array;
  dial(from: NodeIndex, to: NodeIndex): void;
  /** A signal came to its target. */
  onSignal(node: NodeIndex, from: NodeIndex, signal: Uint8Array): void;
  /** The node stopped: what it began is void. */
  forget(node: NodeIndex): void;
}

interface Attempt {
  readonly from: NodeIndex;
  readonly to: NodeIndex;
  answered: boolean;
}

/** Round trips from the answer to the first frame: ICE one, DTLS two, SCTP two, the proof of keys one. */
const SETUP_ROUND_TRIPS = 6;
/** As the connector's time to open: an offer that nobody answers, or ends that no packet passes between. */
const DIAL_TIMEOUT_MS = 15_000;
/** A guess: a WebRTC description with a few candidates. */
const SIGNAL_BYTES = 1_500;

export function createDialing<Carried extends Frame>(deps: {
  readonly simulation: Simulation;
  readonly topology: Topology;
  readonly network: Network<Carried>;
  /** Sends it off by whatever way there is; false when there is none. */
  readonly sendSignal: (from: NodeIndex, to: NodeIndex, signal: Uint8Array) => boolean;
  /** Whether the node takes a link that the other dials. */
  readonly admits: (node: NodeIndex, peer: NodeIndex) => boolean;
  readonly onFailed: (node: NodeIndex, peer: NodeIndex) => void;
}): Dialing {
  const { simulation, topology, network } = deps;
  const attempts = new Map<number, Attempt>();
  /** By `from * nodes + to`. */
  const underway = new Map<number, number>();
  const dials = new Float64Array(topology.nodes);
  let begun = 0;

  const keyOf = (from: NodeIndex, to: NodeIndex) => from * topology.nodes + to;

  const end = (id: number): boolean => {
    const attempt = attempts.get(id);
    if (attempt === undefined) return false;
    attempts.delete(id);
    underway.delete(keyOf(attempt.from, attempt.to));
    return true;
  };

  const fail = (id: number) => {
    const attempt = attempts.get(id);
    if (attempt === undefined) return;
    end(id);
    simulation.trace.addText('dial-failed');
    simulation.trace.add(attempt.from);
    deps.onFailed(attempt.from, attempt.to);
  };

  const onOffer = (id: number, { from, to }: Attempt) => {
    const own = underway.get(keyOf(to, from));
    // Both dialled at once: the offer of the lesser key stands.
    if (own !== undefined && to < from) return;
    if (!deps.admits(to, from)) return;
    if (own !== undefined) end(own);
    deps.sendSignal(to, from, encodeSignal(id, 'answer'));
  };

  const onAnswer = (id: number, attempt: Attempt) => {
    if (attempt.answered) return;
    attempt.answered = true;
    const { from, to } = attempt;
    const path = network.path(from, to);
    if (path === 'none') return;
    simulation.schedule(topology.oneWayMs(from, to) * 2 * SETUP_ROUND_TRIPS, () => {
      if (attempts.get(id) !== attempt || !network.isAlive(to) || network.path(from, to) !== path) return;
      if (!deps.admits(to, from)) return fail(id);
      end(id);
      network.establish(from, to, path);
    });
  };

  return {
    dials,
    dial: (from, to) => {
      if (underway.has(keyOf(from, to)) || network.linksOf(from).has(to)) return;
      const id = begun++;
      dials[from]!++;
      attempts.set(id, { from, to, answered: false });
      underway.set(keyOf(from, to), id);
      // The answer to an effect comes after all effects of its list.
      simulation.schedule(0, () => {
        if (attempts.has(id) && !deps.sendSignal(from, to, encodeSignal(id, 'offer'))) fail(id);
      });
      simulation.schedule(DIAL_TIMEOUT_MS, () => fail(id));
    },
    onSignal: (node, from, signal) => {
      const { id, kind } = decodeSignal(signal);
      const attempt = attempts.get(id);
      if (attempt === undefined) return;
      const [author, reader] = kind === 'offer' ? [attempt.from, attempt.to] : [attempt.to, attempt.from];
      if (author !== from || reader !== node) return;
      if (kind === 'offer') onOffer(id, attempt);
      else onAnswer(id, attempt);
    },
    forget: (node) => {
      for (const [id, attempt] of attempts) if (attempt.from === node) end(id);
    },
  };
}

function encodeSignal(id: number, kind: 'offer' | 'answer'): Uint8Array {
  const signal = new Uint8Array(SIGNAL_BYTES);
  new DataView(signal.buffer).setUint32(0, id);
  signal[4] = kind === 'offer' ? 0 : 1;
  return signal;
}

function decodeSignal(signal: Uint8Array): { readonly id: number; readonly kind: 'offer' | 'answer' } {
  return {
    id: new DataView(signal.buffer, signal.byteOffset).getUint32(0),
    kind: signal[4] === 0 ? 'offer' : 'answer',
  };
}
