import { expect, test } from 'vitest';
import { connectionStatsOf } from './connection-stats.ts';

test('round trip, bytes and loss are of the selected pair, as the rung is; what is missing is unknown', () => {
  const report = new Map<string, unknown>([
    ['T', { id: 'T', type: 'transport', selectedCandidatePairId: 'P', bytesSent: 90, bytesReceived: 95 }],
    ['X', { id: 'X', type: 'candidate-pair', localCandidateId: 'R', remoteCandidateId: 'R', bytesSent: 80 }],
    [
      'P',
      {
        id: 'P',
        type: 'candidate-pair',
        localCandidateId: 'L',
        remoteCandidateId: 'R',
        currentRoundTripTime: 0.012,
        bytesSent: 10,
        bytesReceived: 20,
        requestsSent: 10,
        responsesReceived: 7,
      },
    ],
    ['L', { id: 'L', type: 'local-candidate', candidateType: 'host' }],
    ['R', { id: 'R', type: 'remote-candidate', candidateType: 'srflx' }],
  ]);
  expect(connectionStatsOf(report as unknown as RTCStatsReport)).toEqual({
    rung: 'punched',
    roundTripMs: 12,
    bytesSent: 10,
    bytesReceived: 20,
    lossShare: 0.2,
  });
  expect(connectionStatsOf(new Map() as unknown as RTCStatsReport)).toEqual({
    rung: 'unknown',
    roundTripMs: undefined,
    bytesSent: 0,
    bytesReceived: 0,
    lossShare: undefined,
  });
});
