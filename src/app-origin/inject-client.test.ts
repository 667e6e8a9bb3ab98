import { describe, expect, it } from 'vitest';
import { headOffset, injectClient } from './inject-client.ts';

const TAG = '<script src="/.fieldfare/client.js"></script>';
const inject = (html: string) => new TextDecoder().decode(injectClient(new TextEncoder().encode(html)).bytes);

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
  ])('is first in %s', (_, marked) => {
    expect(inject(marked.replace('|', ''))).toBe(marked.replace('|', TAG));
  });

  it('comes after a byte order mark, which stays first', () => {
    const bytes = injectClient(new Uint8Array([0xef, 0xbb, 0xbf, ...new TextEncoder().encode('<p>x')])).bytes;
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(new TextDecoder().decode(bytes)).toBe(`${TAG}<p>x`);
  });

  it('leaves bytes of any other encoding as they are', () => {
    const latin = new Uint8Array([...new TextEncoder().encode('<head><title>'), 0xe9, 0xff]);
    const { bytes, utf8 } = injectClient(latin);
    expect([...bytes.subarray(-2)]).toEqual([0xe9, 0xff]);
    expect(utf8).toBe(false);
  });

  it.each([
    ['little', [0xff, 0xfe], true],
    ['big', [0xfe, 0xff], false],
  ] as const)('turns UTF-16, %s end first, into UTF-8', (_, mark, littleEndian) => {
    const html = '<head><title>ü</title>';
    const document = new Uint8Array(2 + html.length * 2);
    document.set(mark);
    for (const [index, character] of [...html].entries())
      new DataView(document.buffer).setUint16(2 + index * 2, character.charCodeAt(0), littleEndian);
    const { bytes, utf8 } = injectClient(document);
    expect(new TextDecoder().decode(bytes)).toBe(`<head>${TAG}<title>ü</title>`);
    expect(utf8).toBe(true);
  });

  it('is found in time that grows with the document', () => {
    const start = performance.now();
    headOffset(`<html ${'a="'.repeat(200_000)}`);
    headOffset('<!-- -->'.repeat(100_000));
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
