import { describe, expect, test } from 'vitest';
import { createPump } from './pump.ts';

/** A machine whose inputs are lists of what its effects tell it in turn; it refuses to be entered while effects are left. */
function aMachine(carryOut: (effect: string, tell: (input: string[]) => void) => void = () => {}) {
  const seen: string[] = [];
  const faults: unknown[] = [];
  let left = 0;
  const pump = createPump<string[], string>({
    handle: (input) => {
      if (left > 0) throw new Error('entered twice');
      left = input.length;
      return input;
    },
    carryOut: (effects) => {
      for (const effect of effects) {
        seen.push(effect);
        carryOut(effect, pump.tell);
        left--;
      }
    },
    onFault: (error) => {
      left = 0;
      faults.push(error);
    },
  });
  return { pump, seen, faults };
}

describe('the pump', () => {
  test('does not enter the machine while effects of another input are left', () => {
    const { pump, seen, faults } = aMachine((effect, tell) => {
      if (effect === 'hang up') tell(['link is down', 'dial another']);
      if (effect === 'dial another') tell(['dialled']);
    });
    pump.tell(['hang up', 'send']);
    expect(seen).toEqual(['hang up', 'send', 'link is down', 'dial another', 'dialled']);
    expect(faults).toEqual([]);
  });

  test('is done with an input when tell returns', () => {
    const { pump, seen } = aMachine();
    pump.tell(['a']);
    expect(seen).toEqual(['a']);
    pump.tell(['b']);
    expect(seen).toEqual(['a', 'b']);
  });

  test('goes on with what is behind an input that threw', () => {
    const { pump, seen, faults } = aMachine((effect, tell) => {
      if (effect !== 'breaks') return;
      tell(['after']);
      throw new Error('no disk');
    });
    pump.tell(['breaks', 'never']);
    pump.tell(['later']);
    expect(seen).toEqual(['breaks', 'after', 'later']);
    expect(faults).toEqual([new Error('no disk')]);
  });

  test('that is closed handles nothing more, nor what waits', () => {
    const { pump, seen } = aMachine((effect, tell) => {
      if (effect !== 'close') return;
      tell(['waits']);
      pump.close();
    });
    pump.tell(['close', 'rest']);
    pump.tell(['late']);
    expect(seen).toEqual(['close', 'rest']);
  });
});
