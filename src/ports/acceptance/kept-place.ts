import type { KeptPlace } from '../kept-place.ts';
import { type AcceptanceCase, checkEqual } from './acceptance-case.ts';

/** `open` gives the place of that name, empty when it is the first time, and as it was left when it is opened again. */
export function keptPlaceCases(open: (name: string) => Promise<KeptPlace>): readonly AcceptanceCase[] {
  return [
    {
      name: 'a text comes back as it was put last, and a name that never was is nothing',
      run: async () => {
        const place = await open('last');
        await place.put('mark', 'first');
        await place.put('mark', 'größer\n\u{1f426}');
        checkEqual(await place.get('mark'), 'größer\n\u{1f426}', 'the text');
        checkEqual(await place.get('never'), undefined, 'a name that never was');
        await place.put('mark', '');
        checkEqual(await place.get('mark'), '', 'an empty text');
      },
    },
    {
      name: 'names with slashes, percent signs and question marks are apart from each other',
      run: async () => {
        const place = await open('names');
        const names = ['a/b', 'a%2Fb', 'a', 'a?b', 'a#b', '../a', 'ä'];
        for (const name of names) await place.put(name, `of ${name}`);
        for (const name of names) checkEqual(await place.get(name), `of ${name}`, name);
      },
    },
    {
      name: 'a text of 256 KiB is kept whole',
      run: async () => {
        const place = await open('long');
        const text = 'fieldfare'.repeat((256 * 1024) / 9);
        await place.put('mark', text);
        checkEqual(await place.get('mark'), text, 'the text');
      },
    },
    {
      name: 'what was put is there when the place is opened again',
      run: async () => {
        await (await open('again')).put('mark', 'kept');
        checkEqual(await (await open('again')).get('mark'), 'kept', 'the text');
      },
    },
    {
      name: 'two places are apart',
      run: async () => {
        await (await open('mine')).put('mark', 'mine');
        checkEqual(await (await open('theirs')).get('mark'), undefined, 'the other place');
      },
    },
  ];
}
