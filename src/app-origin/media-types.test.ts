import { expect, it } from 'vitest';
import { mediaTypeOf } from './media-types.ts';

it.each([
  ['index.html', 'text/html; charset=utf-8'],
  ['app.mjs', 'text/javascript; charset=utf-8'],
  ['legacy.cjs', 'text/javascript; charset=utf-8'],
  ['APP.CSS', 'text/css; charset=utf-8'],
  ['feed.xml', 'text/xml'],
  ['data.json', 'application/json'],
  ['app.webmanifest', 'application/manifest+json'],
  ['app.wasm', 'application/wasm'],
  ['map.svg', 'image/svg+xml'],
  ['favicon.ico', 'image/x-icon'],
  ['font.woff2', 'font/woff2'],
  ['sound.flac', 'audio/flac'],
  ['clip.mp4', 'video/mp4'],
  ['scene.glb', 'model/gltf-binary'],
  ['LICENSE', 'application/octet-stream'],
  ['v1.2/readme', 'application/octet-stream'],
  ['game.pck', 'application/octet-stream'],
])('%s is served as %s', (path, mediaType) => {
  expect(mediaTypeOf(path)).toBe(mediaType);
});
