import type { SiteFacts } from '../../ports/browser.ts';
import type { RecordStore } from '../../ports/stores.ts';

/** A guess: a server that takes longer is as good as gone, and what it said before is used. */
const FETCH_TIMEOUT_MS = 3_000;

/**
 * What the server says in /fieldfare.json, or said the last time. Undefined when neither is known: a first start offline.
 */
export async function loadSiteFacts(records: RecordStore, page: Location): Promise<SiteFacts | undefined> {
  const saved = readFacts(await records.get('site-facts'), page);
  try {
    const response = await fetch('/fieldfare.json', {
      cache: 'no-store',
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    });
    const facts = response.ok ? readFacts(await response.json(), page) : undefined;
    if (facts === undefined) return saved;
    await records.put({ 'site-facts': facts });
    return facts;
  } catch {
    return saved;
  }
}

function readFacts(value: unknown, page: Location): SiteFacts | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { appOriginPort, appOrigin, signaling, preset: named } = value as Record<string, unknown>;
  if (!Array.isArray(signaling) || !signaling.every((url) => typeof url === 'string')) return undefined;
  // A name of a later version is not known here.
  const preset = named === 'lan' ? 'lan' : 'wan';
  if (typeof appOrigin === 'string') return { appOrigin, signaling, preset };
  if (typeof appOriginPort !== 'number') return undefined;
  return { appOrigin: `${page.protocol}//${page.hostname}:${appOriginPort}`, signaling, preset };
}
