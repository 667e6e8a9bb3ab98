/** First and one past the last byte. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The one range that a Range header asks of a body of `sizeBytes` (RFC 9110 section 14.1.2), which video needs to seek.
 * Several ranges, other units and malformed ones are answered with the whole body, as the RFC allows.
 */
export function byteRangeOf(header: string | null, sizeBytes: number): ByteRange | 'whole' | 'unsatisfiable' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return 'whole';
  const [, first = '', last = ''] = match;
  if (first === '') {
    const suffixBytes = Number(last);
    if (suffixBytes === 0 || sizeBytes === 0) return 'unsatisfiable';
    return { start: Math.max(0, sizeBytes - suffixBytes), end: sizeBytes };
  }
  const start = Number(first);
  if (start >= sizeBytes) return 'unsatisfiable';
  if (last === '') return { start, end: sizeBytes };
  if (Number(last) < start) return 'whole';
  return { start, end: Math.min(Number(last) + 1, sizeBytes) };
}
