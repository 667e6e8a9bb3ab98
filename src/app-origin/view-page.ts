import { CLIENT_SCRIPT_PATH } from './protocol.ts';

/**
 * The page around a file that is no page: what a frame shows when a release navigates it to a text, a picture, a recording, or
 * to something that no browser shows. It has the client script, so the shell hears that all is well, and a way back, since
 * a kiosk has no browser's buttons.
 */
export type ViewedFile =
  /** `address` is where the bytes are. */
  { readonly type: 'shown'; readonly address: string } | { readonly type: 'not-shown'; readonly why: string };

/** In a frame that the release has made for the file itself, the bare file is shown, as the release expects it there. */
const UNWRAP_NESTED = `let nested = false;
try { nested = parent.location.origin === location.origin; } catch {}
const bare = document.documentElement.dataset.bare;
if (nested && bare) location.replace(bare);
document.documentElement.classList.toggle('nested', nested);`;

/** The release's start where the file was what the frame began with. */
const GO_BACK = `document.querySelector('button').addEventListener('click', () => {
  if (window.navigation?.canGoBack) history.back();
  else location.replace('/');
});`;

const STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; background: Canvas; color: CanvasText; }
header { display: flex; align-items: center; gap: 16px; padding: 8px; border-bottom: 1px solid GrayText; }
.nested header { display: none; }
button { flex: none; font: inherit; white-space: nowrap; min-height: 48px; padding: 0 24px; border-radius: 8px; border: 1px solid GrayText; background: ButtonFace; color: ButtonText; }
h1 { margin: 0; font-size: 16px; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
iframe { flex: 1; border: 0; background: Canvas; }
p { margin: auto; padding: 24px; max-width: 32em; text-align: center; overflow-wrap: anywhere; }`;

/** Pictures that Chromium shows; others it would save. */
const PICTURE = /^image\/(?:png|apng|jpeg|gif|webp|avif|bmp|x-icon|svg\+xml)$/;
const TEXT = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml)$)/;

/** Whether a frame shows a file of this type by itself. Not a PDF: Chromium's viewer runs in no sandboxed frame. */
export function isShown(mediaType: string): boolean {
  return PICTURE.test(mediaType) || TEXT.test(mediaType) || /^(?:audio|video)\//.test(mediaType);
}

/** What a file is served as where a frame is to show it: texts of some types, such as CSV, would be saved instead. */
export function shownTypeOf(mediaType: string): string {
  return /^text\/(?!html|xml)/.test(mediaType) ? 'text/plain; charset=utf-8' : mediaType;
}

export function viewPage(name: string, file: ViewedFile): string {
  const bare = file.type === 'shown' ? ` data-bare="${escapeHtml(file.address)}"` : '';
  const content =
    file.type === 'shown'
      ? `<iframe src="${escapeHtml(file.address)}" title="${escapeHtml(name)}" allow="autoplay; fullscreen"></iframe>`
      : `<p>${escapeHtml(file.why)}</p>`;
  return `<!doctype html>
<html lang="en"${bare}>
<head>
<script src="${CLIENT_SCRIPT_PATH}"></script>
<script>${UNWRAP_NESTED}</script>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(name)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><button type="button">&#x2190; Back</button><h1>${escapeHtml(name)}</h1></header>
${content}
<script>${GO_BACK}</script>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
