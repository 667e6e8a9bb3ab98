import { afterEach, beforeEach, expect, test } from 'vitest';
import { services } from '../../core/config/config.ts';
import { removeService, setService } from './services.ts';
import { carry, createPeople, type People } from './testing/people.ts';

const PRINTER = { name: 'printer', address: 'ipp://10.0.4.20/print', note: 'behind the bar' };

let people: People;
beforeEach(async () => {
  people = await createPeople();
});
afterEach(() => people.close());

const found = () => Object.fromEntries(services(people.ada.node.view()));

test('a service is written, changed and removed under its name (C3)', async () => {
  const { ada } = people;
  await setService(ada, { ...PRINTER, address: ` ${PRINTER.address} ` });
  expect(found()).toEqual({ printer: { address: PRINTER.address, note: PRINTER.note } });
  await setService(ada, { ...PRINTER, address: 'ipp://10.0.4.21/print', note: '' });
  expect(found()).toEqual({ printer: { address: 'ipp://10.0.4.21/print', note: '' } });
  await removeService(ada, 'printer');
  expect(found()).toEqual({});
  await setService(ada, PRINTER);
  expect(Object.keys(found())).toEqual(['printer']);
});

test.each([
  [{ name: '' }, /name of the service is empty/],
  [{ name: 'a'.repeat(65) }, /longer than 64/],
  [{ name: 'a\nb' }, /control character/],
  [{ address: ' ' }, /address is empty/],
  [{ address: 'a b' }, /space/],
  [{ address: 'a'.repeat(501) }, /longer than 500/],
  [{ note: 'a'.repeat(501) }, /longer than 500/],
])('one out of shape is refused before it is signed: %j (C3)', async (wrong, words) => {
  const entries = people.ada.node.ledger.size();
  await expect(setService(people.ada, { ...PRINTER, ...wrong })).rejects.toThrow(words);
  expect(people.ada.node.ledger.size()).toBe(entries);
});

test('a name that a path cannot hold is found as it was written', async () => {
  await setService(people.ada, { ...PRINTER, name: 'bar/printer 50%' });
  expect(Object.keys(found())).toEqual(['bar/printer 50%']);
});

test('a service that is not there is not removed', async () => {
  await expect(removeService(people.ada, 'printer')).rejects.toThrow(/No service is called "printer"/);
});

test('whoever may publish releases alone writes none (C4)', async () => {
  const grace = await people.invite(people.ada, 'Grace', { roles: ['release'] });
  await carry(people.ada, grace);
  await expect(setService(grace, PRINTER)).rejects.toThrow(/operator/);
});
