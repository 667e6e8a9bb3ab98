/**
 * One behaviour that every implementation of a port must show. A kit is a list of them, so that the same cases run
 * under vitest in Node and in a bare page in a real browser.
 */
export interface AcceptanceCase {
  readonly name: string;
  readonly run: () => Promise<void>;
}

export function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`expected ${what}`);
}

export function checkEqual(actual: unknown, expected: unknown, what: string): void {
  if (!isSame(actual, expected)) throw new Error(`${what}: expected ${show(expected)}, got ${show(actual)}`);
}

/** Passes when `action` rejects with an error of this name and a message to show; returns the error. */
export async function checkRejects(action: Promise<unknown>, errorName: string): Promise<Error> {
  const outcome = await action.then(
    () => undefined,
    (error: unknown) => error,
  );
  check(outcome instanceof Error, `a rejection with ${errorName}`);
  checkEqual(outcome.name, errorName, 'the name of the error');
  check(outcome.message.length > 0, 'an error message');
  return outcome;
}

/** Resolves once `condition` holds; rejects when it does not within `timeoutMs`. */
export async function until(condition: () => boolean, what: string, timeoutMs = 20_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function isSame(actual: unknown, expected: unknown): boolean {
  if (Object.is(actual, expected)) return true;
  if (typeof actual !== 'object' || typeof expected !== 'object' || actual === null || expected === null)
    return false;
  if (actual instanceof Uint8Array && expected instanceof Uint8Array) {
    return actual.length === expected.length && actual.every((byte, at) => byte === expected[at]);
  }
  const [left, right] = [Object.entries(actual), Object.entries(expected)];
  return left.length === right.length && left.every(([key, value]) => isSame(value, expected[key as never]));
}

function show(value: unknown): string {
  const text = value instanceof Uint8Array ? `${value.length} bytes` : JSON.stringify(value);
  return text === undefined ? String(value) : text.slice(0, 300);
}
