import { describe, expect, it } from 'vitest';
import type { NodeId } from '../../../core/wire/encoding/ids.ts';
import type { MeshNode } from '../../../store/model.ts';
import { layOutMesh } from './mesh-layout.ts';

function node(name: string, site: string): MeshNode {
  return { id: name as NodeId, name, site, kind: 'device' };
}

describe('the picture of the mesh', () => {
  const nodes = ['a', 'b', 'c', 'd', 'e'].map((name, index) => node(name, index < 3 ? 'North' : 'South'));

  it('does not depend on the order in which nodes were heard of', () => {
    const one = layOutMesh(nodes, 900);
    const other = layOutMesh([...nodes].reverse(), 900);
    expect(other.sites).toEqual(one.sites);
    for (const { id } of nodes) expect(other.nodes.get(id)).toEqual(one.nodes.get(id));
  });

  it('keeps nodes apart and inside the picture', () => {
    const many = Array.from({ length: 60 }, (_, index) => node(`n${index}`, `site ${index % 4}`));
    const layout = layOutMesh(many, 900);
    const places = [...layout.nodes.values()];
    for (const [index, a] of places.entries()) {
      expect(a.x).toBeGreaterThan(0);
      expect(a.x).toBeLessThan(layout.width);
      expect(a.y).toBeLessThan(layout.height);
      for (const b of places.slice(index + 1)) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(20);
    }
  });

  it('wraps sites to the width it is given', () => {
    const many = Array.from({ length: 12 }, (_, index) => node(`n${index}`, `site ${index}`));
    expect(layOutMesh(many, 390).width).toBeLessThanOrEqual(390);
  });
});
