import { describe, expect, it } from 'vitest';
import { normalizeCode, problemWithCode } from './pairing-code.ts';

describe('the code on a kiosk', () => {
  it('forgives case, spaces and dashes', () => {
    expect(normalizeCode('  k7 f-2qm ')).toBe('K7F2QM');
  });

  it('leaves a pairing link as it is', () => {
    const link = 'https://fleet.example/#/pair?code=k7f2qm';
    expect(normalizeCode(` ${link} `)).toBe(link);
    expect(problemWithCode(link)).toBe('');
  });

  it('says when it cannot be a code', () => {
    expect(problemWithCode('K7F2QMX')).toContain('7');
    expect(problemWithCode('K7FO')).toContain('"O"');
    expect(problemWithCode('K7F')).toBe('');
  });
});
