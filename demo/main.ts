import { runMain } from 'citty';
import { demo } from './command.ts';

await runMain(demo);
