import { createRoot } from 'react-dom/client';
import { createFixture } from '../../src/store/fixture/fixture.ts';
import { OperatorApp } from '../../src/ui/operator/OperatorApp.tsx';

/**
 * The dashboard over the sample fleet; "?session=no-fleet" and "?devices=0" show it at its beginning, "?root=split" with a root of two,
 * "?watch=named" where one site is watched.
 */
const query = new URLSearchParams(window.location.search);
const devices = Number(query.get('devices') ?? '24');
const fixture = createFixture({ seed: 7, nowMs: Date.now(), devices });
if (query.get('session') === 'no-fleet') fixture.store.setState({ session: { type: 'no-fleet' } });
if (query.get('root') === 'split') {
  const { root, people } = fixture.store.getState();
  const { id, name } = people.find((person) => person.kind === 'person' && !person.self)!;
  fixture.store.setState({
    root: { ...root, version: 2, threshold: 2, keys: [...root.keys, { id, name, self: false }] },
  });
}
if (query.get('watch') === 'named')
  await fixture.commands.mesh.watchSites({ type: 'named', sites: ['Station Hall'] });
if (devices === 0) {
  fixture.store.setState({
    sites: [],
    releases: [],
    rollouts: [],
    activity: [],
    mesh: { nodes: [], links: [], turnedAway: [], later: [] },
  });
}
createRoot(document.getElementById('root') ?? document.body).render(<OperatorApp {...fixture} />);
