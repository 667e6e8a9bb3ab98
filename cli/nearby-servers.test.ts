import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { FoundServer } from '../signaling/discovery/find.ts';
import { createNearbyServersEndpoint } from './nearby-servers.ts';
import { openRequest } from './origin-request.ts';

const FOUND: FoundServer = { name: 'till-4400', signaling: 'ws://192.168.1.5:4402/', pages: undefined };

let server: Server;
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

/** The endpoint around a search that ends when the test says so. */
async function anEndpoint() {
  const searches: {
    readonly resolve: (found: readonly FoundServer[]) => void;
    readonly reject: (error: Error) => void;
  }[] = [];
  let nowMs = 0;
  const endpoint = createNearbyServersEndpoint({
    find: () => new Promise((resolve, reject) => searches.push({ resolve, reject })),
    nowMs: () => nowMs,
  });
  let asked = 0;
  server = createServer((each, response) => {
    const opened = openRequest(each, response);
    if (opened !== undefined) endpoint.answer(opened, each, response);
    asked++;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    searches,
    untilAsked: (count: number) => expect.poll(() => asked).toBe(count),
    wait: (ms: number) => {
      nowMs += ms;
    },
    ask: (headers: Record<string, string> = {}) =>
      new Promise<{ readonly status: number; readonly body: string }>((resolve, reject) => {
        const sent = request({ host: '127.0.0.1', port, headers }, async (response) => {
          let body = '';
          for await (const chunk of response.setEncoding('utf8')) body += chunk;
          resolve({ status: response.statusCode!, body });
        });
        sent.on('error', reject);
        sent.end();
      }),
  };
}

describe('servers near the one that a page came from (S17)', () => {
  test('requests at the same time share one search, and a request soon after gets what it found', async () => {
    const { ask, searches, untilAsked, wait } = await anEndpoint();
    const answers = [ask(), ask()];
    await untilAsked(2);
    expect(searches).toHaveLength(1);
    searches[0]!.resolve([FOUND]);
    for (const { status, body } of await Promise.all(answers)) {
      expect(status).toBe(200);
      expect(JSON.parse(body)).toEqual({ servers: [{ name: FOUND.name, signaling: FOUND.signaling }] });
    }
    expect((await ask()).status).toBe(200);
    expect(searches).toHaveLength(1);
    wait(60_000);
    const later = ask();
    await untilAsked(4);
    expect(searches).toHaveLength(2);
    searches[1]!.resolve([]);
    expect(JSON.parse((await later).body)).toEqual({ servers: [] });
  });

  test('where the network cannot be listened to the answer says so, and the next one tries again', async () => {
    const { ask, searches, untilAsked } = await anEndpoint();
    const first = ask();
    await untilAsked(1);
    searches[0]!.reject(new Error('EADDRINUSE'));
    expect(await first).toMatchObject({ status: 503, body: expect.stringContaining('multicast DNS') });
    void ask().catch(() => {});
    await untilAsked(2);
    expect(searches).toHaveLength(2);
  });

  test('attack: pages of other sites, and of a name that leads here, are told nothing', async () => {
    const { ask, searches } = await anEndpoint();
    expect((await ask({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await ask({ 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await ask({ host: 'evil.example:4400' })).status).toBe(403);
    expect(searches).toHaveLength(0);
  });

  test('attack: requests that pile up while the network is listened to are turned away', async () => {
    const { ask, searches, untilAsked } = await anEndpoint();
    const many = Array.from({ length: 40 }, () => ask());
    await untilAsked(40);
    searches[0]!.resolve([]);
    const statuses = (await Promise.all(many)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(32);
    expect(statuses.filter((status) => status === 429)).toHaveLength(8);
  });
});
