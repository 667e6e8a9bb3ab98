import { expect, test } from 'vitest';
import { serverText } from './find.ts';

test('a found server is shown with what must be compared before it is trusted', () => {
  const authority = Array(32).fill('AB').join(':');
  const text = serverText({
    name: 'fieldfare-shop-4400',
    signaling: 'wss://10.0.0.1:4400/signaling',
    pages: { url: 'https://10.0.0.1:4400/', trust: 'http://10.0.0.1:4402/', authority },
  });
  expect(text).toContain('https://10.0.0.1:4400/kiosk.html');
  expect(text).toContain('http://10.0.0.1:4402/');
  expect(text.split('\n')).toContain(`  ${authority}`);
});
