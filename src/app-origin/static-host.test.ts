import { describe, expect, it } from 'vitest';
import { placeOf } from './static-host.ts';

const APP = ['index.html', 'about.html', 'docs/index.html', 'docs/intro.html', 'data', 'a.b.js'];
const at = (pathname: string, navigation: boolean, files: readonly string[]) =>
  placeOf(pathname, navigation, new Set(files));

const file = (path: string, status = 200) => ({ type: 'file', path, status });
const FOLDER = { type: 'folder' };
const MISSING = { type: 'missing' };

describe('an address means what a static host makes of it (A5)', () => {
  it.each([
    ['/', file('index.html')],
    ['/index.html', file('index.html')],
    ['/about', file('about.html')],
    ['/about.html', file('about.html')],
    ['/docs', FOLDER],
    ['/docs/', file('docs/index.html')],
    ['/docs/intro', file('docs/intro.html')],
    ['/data', file('data')],
    ['/a.b.js', file('a.b.js')],
  ])('%s, for a navigation and for a fetch', (pathname, place) => {
    expect(at(pathname, true, APP)).toEqual(place);
    expect(at(pathname, false, APP)).toEqual(place);
  });

  it.each([
    '/orders/7',
    '/v1.2/orders',
    '/reports/2.5',
    '/users/ada@example.com',
    '/none.html',
    '/orders/',
    '/a//b',
    '/%E0%A4%A',
  ])('%s is a route of the app where a person goes there, and missing for a fetch', (pathname) => {
    expect(at(pathname, true, APP)).toEqual(file('index.html'));
    expect(at(pathname, false, APP)).toEqual(MISSING);
  });

  it('a 404.html of the release comes before its routes, and says that it is one', () => {
    expect(at('/orders/7', true, [...APP, '404.html'])).toEqual(file('404.html', 404));
    expect(at('/orders/7', false, [...APP, '404.html'])).toEqual(MISSING);
  });

  it('a file goes before a page of its name, and a page before a folder', () => {
    expect(at('/x', true, ['x', 'x.html', 'x/index.html'])).toEqual(file('x'));
    expect(at('/x', true, ['x.html', 'x/index.html'])).toEqual(file('x.html'));
  });

  it('a page that asks for a name as a Mac spells it gets the file that was published under the other spelling', () => {
    expect(at('/Ku%CC%88che.png', false, ['K\u00fcche.png'])).toEqual(file('K\u00fcche.png'));
  });

  it('nothing is found where there is neither the file nor a first page', () => {
    expect(at('/', true, ['readme.txt'])).toEqual(MISSING);
  });
});
