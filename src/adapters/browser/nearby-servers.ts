import { readNearbyServers } from '../../core/wire/contact/nearby-server.ts';
import type { NearbyServers } from '../../ports/browser.ts';

/** The server listens for some seconds before it answers; a guess at what a busy one takes on top. */
const FETCH_TIMEOUT_MS = 15_000;
/** As many servers as a list may have, with every field as long as it may be, stay below. */
const MAX_ANSWER_CHARACTERS = 128 * 1024;

/** Asks the server that the page came from: a page cannot listen to multicast DNS itself. */
export const askNearbyServers: NearbyServers = async () => {
  try {
    const response = await fetch('/signaling/nearby', {
      cache: 'no-store',
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    });
    if (response.status === 404) return { type: 'not-offered' };
    const text = await readText(response);
    if (!response.ok) return { type: 'failed', reason: text.slice(0, 200).trim() };
    const servers = readNearbyServers(JSON.parse(text));
    return servers === undefined ? UNREADABLE : { type: 'found', servers };
  } catch (error) {
    return error instanceof SyntaxError || error instanceof RangeError ? UNREADABLE : { type: 'unreachable' };
  }
};

const UNREADABLE = { type: 'failed', reason: 'its answer could not be read' } as const;

/** Stops at the bound. Attack: an answer without end. */
async function readText(response: Response): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const chunk = await reader?.read();
    if (chunk === undefined || chunk.done) return text;
    text += chunk.value;
    if (text.length > MAX_ANSWER_CHARACTERS) {
      await reader?.cancel();
      throw new RangeError(`the answer has over ${MAX_ANSWER_CHARACTERS} characters`);
    }
  }
}
