import { expect, it } from 'vitest';
import { compressedFileOf } from './compressed-file.ts';

it.each([
  // What Unity's loader asks for, by a script tag and by fetch.
  ['Build/game.framework.js.gz', 'script', 'gzip', 'Build/game.framework.js'],
  ['Build/game.framework.js.gz', '', 'gzip', 'Build/game.framework.js'],
  ['Build/game.wasm.gz', '', 'gzip', 'Build/game.wasm'],
  ['Build/game.data.gz', '', 'gzip', 'Build/game.data'],
  ['Build/game.symbols.json.gz', '', 'gzip', 'Build/game.symbols.json'],
  ['Build/game.wasm.br', '', 'br', 'Build/game.wasm'],
  ['map.svg.gz', 'image', 'gzip', 'map.svg'],
  ['points.json.gz', 'iframe', 'gzip', 'points.json'],
  ['APP.JS.GZ', 'script', 'gzip', 'APP.JS'],
])('%s for "%s" is handed over as what is inside', (path, destination, format, inner) => {
  expect(compressedFileOf(path, destination)).toEqual({ format, inner });
});

it.each([
  // What apps take apart themselves.
  ['dict/base.dat.gz', ''],
  ['brain.nii.gz', ''],
  ['points.json.gz', ''],
  ['model.tar.gz', ''],
  ['Build/game.data.unityweb', ''],
  ['app.js', 'script'],
  ['gz', ''],
])('%s for "%s" is handed over as it is', (path, destination) => {
  expect(compressedFileOf(path, destination)).toBeUndefined();
});
