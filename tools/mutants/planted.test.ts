import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { plant, plantedFaults } from './planted.mjs';

describe('the planted faults (docs/planted-faults.md)', () => {
  test.each(plantedFaults())('$file: $fault', (fault) => {
    const text = readFileSync(fault.file, 'utf8');
    expect(plant(fault, text)).not.toBe(text);
    for (const file of fault.tests) expect(existsSync(file), file).toBe(true);
    expect(fault.tests.length).toBeGreaterThan(0);
  });

  test('are told apart by their words', () => {
    const names = plantedFaults().map(({ file, fault }) => `${file}: ${fault}`);
    expect(new Set(names).size).toBe(names.length);
  });
});
