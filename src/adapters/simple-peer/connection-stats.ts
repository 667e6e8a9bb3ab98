import { type CandidateEnd, rungOf } from '../../core/wire/link/candidate-pair.ts';
import type { LinkFacts } from '../../ports/connections.ts';

/** Reads the statistics of a peer connection; what is missing there is left unknown. */
export function connectionStatsOf(report: RTCStatsReport): LinkFacts {
  const entries: Record<string, unknown>[] = [];
  report.forEach((entry) => {
    entries.push(entry as Record<string, unknown>);
  });
  const find = (id: unknown) => entries.find((entry) => entry.id === id);
  const transport = entries.find((entry) => entry.type === 'transport');
  const pair =
    find(transport?.selectedCandidatePairId) ??
    entries.find(
      (entry) => entry.type === 'candidate-pair' && entry.state === 'succeeded' && entry.nominated === true,
    );
  const local = candidateEnd(find(pair?.localCandidateId));
  const remote = candidateEnd(find(pair?.remoteCandidateId));
  const count = (value: unknown) => (typeof value === 'number' ? value : 0);
  return {
    rung:
      local === undefined || remote === undefined
        ? 'unknown'
        : rungOf({
            local,
            remote,
            reflexiveKnown: entries.some(
              ({ type, candidateType }) =>
                (type === 'local-candidate' || type === 'remote-candidate') && candidateType === 'srflx',
            ),
          }),
    roundTripMs:
      typeof pair?.currentRoundTripTime === 'number' ? pair.currentRoundTripTime * 1000 : undefined,
    // Of the pair, as the rung is: the transport counts what went over pairs of other rungs before.
    bytesSent: count(pair?.bytesSent ?? transport?.bytesSent),
    bytesReceived: count(pair?.bytesReceived ?? transport?.bytesReceived),
    lossShare: lossShareOf(count(pair?.requestsSent), count(pair?.responsesReceived)),
  };
}

/** A guess: below this many checks one that is lost, or still under way, says nothing. */
const MIN_CHECKS = 5;

function lossShareOf(requests: number, responses: number): number | undefined {
  if (requests < MIN_CHECKS) return undefined;
  // The newest check may be under way.
  return Math.max(0, requests - 1 - responses) / requests;
}

function candidateEnd(entry: Record<string, unknown> | undefined): CandidateEnd | undefined {
  const type = entry?.candidateType;
  if (type !== 'host' && type !== 'srflx' && type !== 'prflx' && type !== 'relay') return undefined;
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return { type, address: text(entry?.address ?? entry?.ip), relayProtocol: text(entry?.relayProtocol) };
}
