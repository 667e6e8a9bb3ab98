import { describe, expect, it } from 'vitest';
import { createLiveLines } from './live-lines.ts';

function output(terminal: { readonly isTTY: boolean; readonly columns?: number }) {
  const written: string[] = [];
  return { ...terminal, write: (text: string) => written.push(text), written };
}

const line = (key: string, text: string, step = text) => ({ key, text, step });

describe('live lines', () => {
  it('are drawn over the last ones on a terminal', () => {
    const terminal = output({ isTTY: true, columns: 40 });
    const lines = createLiveLines(terminal);
    lines.show([line('1', 'one'), line('2', 'two')]);
    lines.show([line('1', 'ONE'), line('2', 'two')]);
    expect(terminal.written).toEqual(['one\x1b[K\ntwo\x1b[K\n', '\x1b[2FONE\x1b[K\ntwo\x1b[K\n']);
  });

  it('stay when they are settled', () => {
    const terminal = output({ isTTY: true, columns: 40 });
    const lines = createLiveLines(terminal);
    lines.show([line('1', 'one')]);
    lines.settle();
    lines.show([line('1', 'next')]);
    expect(terminal.written.at(-1)).toBe('next\x1b[K\n');
  });

  it('never wrap, which would leave half of them behind', () => {
    const terminal = output({ isTTY: true, columns: 10 });
    createLiveLines(terminal).show([line('1', 'a line that is too long')]);
    expect(terminal.written).toEqual(['a line th\x1b[K\n']);
  });

  it('are written once a step where nothing can be redrawn', () => {
    const file = output({ isTTY: false });
    const lines = createLiveLines(file);
    lines.show([line('1', 'fetching 30 %', 'a'), line('2', 'waiting', 'w')]);
    lines.show([line('1', 'fetching 31 %', 'a'), line('2', 'waiting', 'w')]);
    lines.show([line('1', 'fetching 50 %', 'b'), line('2', 'waiting', 'w')]);
    expect(file.written.join('')).toBe('fetching 30 %\nwaiting\nfetching 50 %\n');
  });
});
