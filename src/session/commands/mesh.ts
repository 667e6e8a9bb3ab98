import type { NearbyServers } from '../../ports/browser.ts';
import type { CandidateProbe } from '../../ports/candidate-probe.ts';
import { loadMembership } from '../../runtime/joining/membership-record.ts';
import type { RuntimePorts } from '../../runtime/runtime-ports.ts';
import type { MeshCommands } from '../../store/commands/mesh.ts';
import type { FleetLife } from '../fleet-life.ts';
import { refusing } from '../refusing.ts';
import { createSignalingChoice } from '../signaling-choice.ts';

export function createMeshCommands(deps: {
  readonly life: FleetLife;
  readonly ports: RuntimePorts;
  readonly probe: CandidateProbe;
  readonly nearby: NearbyServers;
  /** Signaling servers of the site that served the page, for who is in no fleet. */
  readonly signaling: readonly string[];
}): MeshCommands {
  const { life, ports } = deps;
  const signaling = createSignalingChoice({
    records: ports.records,
    use: (urls) => life.current().runtime.meetAt(urls),
  });
  return {
    offerByHand: refusing(async () => {
      const { text, accept } = await life.current().runtime.byHand.offer();
      return { text, accept: refusing(accept) };
    }),
    answerByHand: refusing(async (offer) => {
      const { text, linked } = await life.current().runtime.byHand.answer(offer);
      return { text, linked: refusing(() => linked)() };
    }),
    watchSites: refusing(async (choice) => life.current().watched.choose(choice)),
    openSite: (site) => life.opened()?.watched.open(site) ?? (() => {}),
    liftBan: refusing(async (peer) => life.current().runtime.liftBan(peer)),
    nearbyServers: deps.nearby,
    addSignaling: refusing((url) => signaling.add(url)),
    removeSignaling: refusing((url) => signaling.remove(url)),
    diagnose: async (onFinding) => {
      const { examineConnectivity } = await import('../../runtime/doctor.ts');
      const membership = await loadMembership(ports.records);
      await examineConnectivity(
        { ...ports, probe: deps.probe },
        membership?.signaling ?? deps.signaling,
        onFinding,
      );
    },
  };
}
