import { publishRelease } from '../../runtime/operator/publish.ts';
import type { RuntimePorts } from '../../runtime/runtime-ports.ts';
import type { ReleaseCommands } from '../../store/commands/releases.ts';
import type { FleetLife } from '../fleet-life.ts';
import { refusing } from '../refusing.ts';

export function createReleaseCommands(life: FleetLife, ports: RuntimePorts): ReleaseCommands {
  return {
    inspectFolder: refusing(async (files, options) => life.current().inspector.inspect(files, options)),
    publish: refusing(async (options) => publishRelease(life.current().runtime, ports, options)),
    filesHere: refusing(async (release) => life.current().rollingOut.filesHere(release)),
    fetchFiles: refusing(async (release) => life.current().runtime.fetch(release)),
  };
}
