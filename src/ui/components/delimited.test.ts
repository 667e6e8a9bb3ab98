import { describe, expect, it } from 'vitest';
import { toCsv } from './delimited.ts';

describe('CSV export', () => {
  it('quotes what would break a row and leaves unknown cells empty', () => {
    expect(
      toCsv([
        { name: 'door, left', note: 'say "hi"\nthere' },
        { name: 'b', note: undefined },
      ]),
    ).toBe('name,note\r\n"door, left","say ""hi""\nthere"\r\nb,');
  });

  it('keeps a hostile device name from being run as a formula', () => {
    expect(toCsv([{ name: '=HYPERLINK("http://x")' }])).toBe('name\r\n"\'=HYPERLINK(""http://x"")"');
    expect(toCsv([{ name: '@cmd' }, { name: '+1' }])).toBe("name\r\n'@cmd\r\n'+1");
  });

  it('leaves negative numbers alone', () => {
    expect(toCsv([{ offsetMs: -5 }])).toBe('offsetMs\r\n-5');
  });
});
