import { CLIENT_SCRIPT_PATH } from './protocol.ts';
import type { ServedRelease } from './shell-files.ts';

/** What the client script is told before the page's own scripts run. */
type Introduced = Pick<ServedRelease, 'run' | 'product' | 'version' | 'permissions'>;

/** A guess with room: head begins in the first few hundred bytes, also below a long licence comment. */
const PROLOGUE_BYTES = 64 * 1024;

/**
 * Puts the client script first into the head of the document that goes through, which begins in its first part, and tells
 * it the product, its version and whether it may print. Bytes stay as they are, but for UTF-16, which becomes UTF-8: a tag of ASCII bytes means nothing in it.
 */
export function clientInjection(release: Introduced): TransformStream<Uint8Array, Uint8Array<ArrayBuffer>> {
  let begun = false;
  let decoder: TextDecoder | undefined;
  const toHtml = (bytes: Uint8Array, stream: boolean) =>
    decoder
      ? new TextEncoder().encode(decoder.decode(bytes, { stream }))
      : (bytes as Uint8Array<ArrayBuffer>);
  return new TransformStream({
    transform(part, controller) {
      if (begun) return controller.enqueue(toHtml(part, true));
      begun = true;
      const label = utf16Label(part);
      if (label) decoder = new TextDecoder(label);
      controller.enqueue(withClientTag(toHtml(part, true), release));
    },
    flush(controller) {
      const rest = toHtml(new Uint8Array(0), false);
      if (!begun) controller.enqueue(withClientTag(rest, release));
      else if (rest.length > 0) controller.enqueue(rest);
    },
  });
}

function withClientTag(html: Uint8Array, release: Introduced): Uint8Array<ArrayBuffer> {
  // Every encoding of the web but UTF-16 keeps ASCII, so one character a byte finds the place in all of them.
  const prologue = new TextDecoder('latin1').decode(html.subarray(0, PROLOGUE_BYTES));
  const at = headOffset(prologue);
  const tag = new TextEncoder().encode(clientTag(release));
  const bytes = new Uint8Array(html.length + tag.length);
  bytes.set(html.subarray(0, at));
  bytes.set(tag, at);
  bytes.set(html.subarray(at), at + tag.length);
  return bytes;
}

/** In ASCII, whatever the document's encoding and the letters of the names. */
function clientTag({ run, product, version, permissions }: Introduced): string {
  const names = Object.entries({ product, version, run }).map(
    ([name, value]) => `data-${name}="${encodeURIComponent(value)}"`,
  );
  const prints = permissions.powers.includes('print') ? ' data-prints' : '';
  return `<script src="${CLIENT_SCRIPT_PATH}" ${names.join(' ')}${prints}></script>`;
}

function utf16Label(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return undefined;
}

/**
 * Where the first thing in head goes: after <head>, else after <html>, else after the doctype, else at the start. It
 * follows the parser's "initial", "before html" and "before head" modes (WHATWG HTML 13.2.6.4), in which only space,
 * comments and these tags come before head; whatever else begins it.
 */
export function headOffset(html: string): number {
  let at = html.startsWith('\u00ef\u00bb\u00bf') ? 3 : 0;
  let insertAt = at;
  for (;;) {
    while (isSpace(html[at])) at += 1;
    if (html[at] !== '<') return insertAt;
    const end = markupEnd(html, at);
    if (end === undefined) return insertAt;
    const name = tagName(html, at);
    if (name === '!doctype' || name === 'html') insertAt = end;
    else if (name === 'head') return end;
    else if (name !== '' && !name.startsWith('!') && !name.startsWith('?')) return insertAt;
    at = end;
  }
}

/** Lower-case name of the tag at `at`, with its "!" or "?"; empty for a comment. */
function tagName(html: string, at: number): string {
  if (html.startsWith('<!--', at)) return '';
  return /^[!?/]?[a-z]*/i.exec(html.slice(at + 1, at + 16))?.[0].toLowerCase() ?? '';
}

/** One past the markup that begins at `at`; undefined when it does not end here. */
function markupEnd(html: string, at: number): number | undefined {
  if (html.startsWith('<!--', at)) {
    // "<!-->" and "<!--->" are whole comments.
    if (html.startsWith('>', at + 4)) return at + 5;
    if (html.startsWith('->', at + 4)) return at + 6;
    const end = html.indexOf('-->', at + 4);
    return end < 0 ? undefined : end + 3;
  }
  const quotable = html[at + 1] !== '!' && html[at + 1] !== '?';
  let quote = '';
  for (let index = at + 1; index < html.length; index += 1) {
    const character = html[index]!;
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '>') return index + 1;
    else if (quotable && (character === '"' || character === "'") && afterEquals(html, index))
      quote = character;
  }
  return undefined;
}

/** A quote opens a value only after "=". */
function afterEquals(html: string, quoteAt: number): boolean {
  let at = quoteAt - 1;
  while (isSpace(html[at])) at -= 1;
  return html[at] === '=';
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && ' \t\n\f\r'.includes(character);
}
