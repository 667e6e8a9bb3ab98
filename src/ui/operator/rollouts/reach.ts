import type { Step } from '../../../store/commands/rollouts.ts';
import { namesWholeFleet } from './describe-selector.ts';

/** Beyond this many devices the whole fleet wants its name typed; a guess: fewer are walked to in a morning. */
const TYPED_ABOVE_DEVICES = 20;

/** Whether a person has to type the fleet's name before these go out. */
export function wantsTypedName(steps: readonly Pick<Step, 'select'>[], devices: number): boolean {
  return devices > TYPED_ABOVE_DEVICES && steps.some(({ select }) => namesWholeFleet(select));
}
