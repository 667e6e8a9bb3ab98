import { describe, expect, it } from 'vitest';
import { createWorkerRequests } from './worker-requests.ts';

const ORIGIN = 'http://localhost:4401';
const CLIENT = '/.fieldfare/client.js';

/** What a page of the running release gets, and what comes to the release's files. */
function ask(
  address: string,
  options: { readonly clientId?: string; readonly destination?: RequestDestination } = {},
) {
  const { clientId = 'page', destination = '' } = options;
  const served: string[] = [];
  const respond = createWorkerRequests({
    origin: ORIGIN,
    shellOrigin: 'http://localhost:4400',
    leftBehind: { has: (id) => id === 'page of before' },
    ownFiles: new Map([[CLIENT, 'ours()']]),
    blobOf: async (_, path) => (path.endsWith('/known') ? new Blob(['work()']) : undefined),
    serveRelease: async ({ url }) => {
      served.push(url);
      return new Response('the release');
    },
  });
  const request = { url: address, method: 'GET', mode: 'cors', destination, headers: new Headers() } as const;
  return { answer: respond({ request, clientId }), served };
}

describe('a request at the app origin', () => {
  it('for a file of the release is answered by the release', async () => {
    const { answer } = ask(`${ORIGIN}/app.js`);
    expect(await (await answer).text()).toBe('the release');
    expect(await (await ask(`${ORIGIN}/.fieldfare/file/menu.pdf`).answer).text()).toBe('the release');
  });

  it('for one of our files is answered from this script, whatever the release ships (A2, A4)', async () => {
    const { answer, served } = ask(`${ORIGIN}${CLIENT}`);
    expect(await (await answer).text()).toBe('ours()');
    const other = ask(`${ORIGIN}/.fieldfare/other.js`);
    expect((await other.answer).status).toBe(404);
    expect([...served, ...other.served]).toEqual([]);
  });

  it('of a page that an earlier run left behind gets an error, and nothing of the new release (A16)', async () => {
    const { answer, served } = ask(`${ORIGIN}/app.js`, { clientId: 'page of before' });
    expect((await answer).type).toBe('error');
    expect(served).toEqual([]);
  });

  it('for another origin gets an error: nothing is fetched from the network (A6)', async () => {
    const { answer, served } = ask('https://elsewhere.example/app.js');
    expect((await answer).type).toBe('error');
    expect(served).toEqual([]);
  });

  it('attack: for the script of a shared worker, which would outlive its release, is refused (A17)', async () => {
    const { answer, served } = ask(`${ORIGIN}/app.js`, { destination: 'sharedworker' });
    expect((await answer).status).toBe(403);
    expect(served).toEqual([]);
  });

  it('for a worker from a blob is answered by the page that has the blob, or by nobody (A17)', async () => {
    const known = await ask(`${ORIGIN}/.fieldfare/blob-worker/known`).answer;
    expect(await known.text()).toBe('work()');
    expect(known.headers.get('Content-Security-Policy')).toContain("worker-src 'self' blob:");
    expect((await ask(`${ORIGIN}/.fieldfare/blob-worker/other`).answer).status).toBe(404);
  });
});
