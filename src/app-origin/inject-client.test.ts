import { describe, expect, it } from 'vitest';
import { NO_PERMISSIONS } from '../core/wire/entry/permissions.ts';
import { clientInjection, headOffset } from './inject-client.ts';

const TAG =
  '<script src="/.fieldfare/client.js" data-product="men%C3%BC" data-version="1.0%20%22%C3%BC%22" data-run="run%201"></script>';

/** The document after it went through in these parts. */
async function injected(...parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const document = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });
  return new Uint8Array(
    await new Response(
      document.pipeThrough(
        clientInjection({ run: 'run 1', product: 'menü', version: '1.0 "ü"', permissions: NO_PERMISSIONS }),
      ),
    ).arrayBuffer(),
  );
}
const inject = async (html: string) =>
  new TextDecoder().decode(await injected(new TextEncoder().encode(html)));

describe('the place of the client script (A7)', () => {
  /** "|" marks where it goes. */
  it.each([
    ['a head', '<!doctype html><html><head>|<title>x</title></head></html>'],
    [
      'a head with attributes',
      '<!DOCTYPE html>\n<html lang="en">\n<head prefix="og: https://ogp.me/ns#">|<meta>',
    ],
    ['upper case', '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN"><HTML><HEAD>|<TITLE>x</TITLE>'],
    [
      'a comment before the doctype',
      '<!-- <head> is not here --><!doctype html><html><head>|<base href="/">',
    ],
    ['an empty comment', '<!--><html><head>|<script></script>'],
    ['a comment between html and head', '<html><!-- x > y --><head>|</head>'],
    ['">" in an attribute', '<html data-x="a>b" data-y=\'<head>\'><head>|<link>'],
    ['an apostrophe outside a value', "<html data-owner=o'brien><head>|<title>it's</title>"],
    ['no head', '<!doctype html><html>|<body>x</body></html>'],
    ['no html', '<!doctype html>|<title>x</title>'],
    ['no doctype', '|<h1>x</h1>'],
    ['text only', '|just words'],
    ['nothing', '|'],
    ['a header, which is no head', '<!doctype html>|<header><head></header>'],
    ['space first', '|\n\n  <p>x'],
    ['an XML declaration', '<?xml version="1.0"?><!doctype html><html><head>|<title/></head></html>'],
    ['a comment that does not end', '<!doctype html>|<!-- <head>'],
    ['a tag that does not end', '<!doctype html>|<html lang="'],
    ['a script before head', '<html>|<script>"<head>"</script><head></head>'],
  ])('is first in %s', async (_, marked) => {
    expect(await inject(marked.replace('|', ''))).toBe(marked.replace('|', TAG));
  });

  it('comes after a byte order mark, which stays first', async () => {
    const bytes = await injected(new Uint8Array([0xef, 0xbb, 0xbf, ...new TextEncoder().encode('<p>x')]));
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(new TextDecoder().decode(bytes)).toBe(`${TAG}<p>x`);
  });

  it('leaves bytes of any other encoding as they are, in whatever parts they come', async () => {
    const latin = new Uint8Array([...new TextEncoder().encode('<head><title>'), 0xe9, 0xff]);
    const bytes = await injected(latin.subarray(0, 14), latin.subarray(14), new Uint8Array([0xe8]));
    expect([...bytes.subarray(-3)]).toEqual([0xe9, 0xff, 0xe8]);
    expect(new TextDecoder().decode(bytes).split(TAG)).toHaveLength(2);
  });

  it('is in a document of no parts', async () => {
    expect(new TextDecoder().decode(await injected())).toBe(TAG);
  });

  it.each([
    ['little', [0xff, 0xfe], true],
    ['big', [0xfe, 0xff], false],
  ] as const)('turns UTF-16, %s end first, into UTF-8', async (_, mark, littleEndian) => {
    const html = '<head><title>ü</title>';
    const document = new Uint8Array(2 + html.length * 2);
    document.set(mark);
    for (const [index, character] of [...html].entries())
      new DataView(document.buffer).setUint16(2 + index * 2, character.charCodeAt(0), littleEndian);
    const half = document.length / 2 + 1;
    for (const parts of [[document], [document.subarray(0, half), document.subarray(half)]])
      expect(new TextDecoder().decode(await injected(...parts))).toBe(`<head>${TAG}<title>ü</title>`);
  });

  it.each([
    ['quotes that open nothing', (length: number) => `<html ${'a="'.repeat(length)}`],
    ['comments', (length: number) => '<!-- -->'.repeat(length)],
    ['spaces before quotes', (length: number) => `<html ${' "'.repeat(length)}`],
  ])('attack: %s cost steps that grow with the document, and no faster', (_, document) => {
    const stepsOf = (length: number) => {
      const counted = countedText(document(length));
      headOffset(counted.text);
      return counted.steps();
    };
    const steps = stepsOf(1_000);
    expect(steps).toBeGreaterThan(1_000);
    expect(stepsOf(4_000)).toBeLessThan(4.5 * steps);
  });
});

/** A text that counts the characters that are looked at. */
function countedText(content: string): { readonly text: string; readonly steps: () => number } {
  let steps = 0;
  const text = new Proxy(new String(content), {
    get: (_, name) => {
      if (typeof name === 'string' && /^\d+$/.test(name)) {
        steps += 1;
        return content[Number(name)];
      }
      if (name === 'indexOf')
        return (searched: string, from = 0) => {
          const found = content.indexOf(searched, from);
          steps += (found < 0 ? content.length : found) - from;
          return found;
        };
      const value = content[name as 'slice'];
      steps += 1;
      return typeof value === 'function' ? value.bind(content) : value;
    },
  });
  return { text: text as unknown as string, steps: () => steps };
}
