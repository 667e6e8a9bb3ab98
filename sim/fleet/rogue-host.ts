import type { Host, HostServices } from './host.ts';
import { controlFrame, type NodeFrame } from './node-frame.ts';

/** Behaves, but for what it is told to push: envelopes that no honest node would pass on. */
export function createRogueHost<Honest extends Host<NodeFrame>>(
  services: HostServices<NodeFrame>,
  honest: Honest,
): Honest & { push(envelopes: readonly Uint8Array[]): void } {
  const links = new Set<number>();
  return {
    ...honest,
    push: (envelopes) => {
      for (const peer of links)
        for (const payload of envelopes)
          services.send(peer, controlFrame({ type: 'push', kind: 'entry', hops: 1, payload }));
    },
    handle: (fact) => {
      if (fact.type === 'link-up') links.add(fact.peer);
      if (fact.type === 'link-down') links.delete(fact.peer);
      honest.handle(fact);
    },
  };
}
