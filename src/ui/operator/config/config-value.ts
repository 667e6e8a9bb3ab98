/** How a person writes a value: its text as it stands, or JSON. */
export type ValueKind = 'text' | 'json';

export type ValueReading =
  | { readonly type: 'value'; readonly value: unknown }
  | { readonly type: 'problem'; readonly problem: string };

/** Reads what was typed. Signed values have no fractions: two encoders could write them in two ways. */
export function readConfigValue(kind: ValueKind, typed: string): ValueReading {
  if (kind === 'text') return { type: 'value', value: typed };
  if (typed.trim() === '')
    return problem('Nothing is written. Write JSON, such as 3, true or {"from": "08:00"}.');
  let value: unknown;
  try {
    value = JSON.parse(typed);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return problem(`This is not JSON: ${detail}. Put texts in double quotes, or choose Text.`);
  }
  const number = findUnsafeNumber(value);
  if (number !== undefined)
    return problem(`${number} is not a whole number that can be signed. Write it as text: "${number}".`);
  return { type: 'value', value };
}

/** What `readConfigValue` reads back to the value in `json`. */
export function editConfigValue(json: string): { readonly kind: ValueKind; readonly typed: string } {
  const value: unknown = JSON.parse(json);
  return typeof value === 'string' ? { kind: 'text', typed: value } : { kind: 'json', typed: json };
}

function problem(text: string): ValueReading {
  return { type: 'problem', problem: text };
}

function findUnsafeNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? undefined : value;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const item of Object.values(value)) {
    const found = findUnsafeNumber(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
