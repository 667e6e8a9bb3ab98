import { describe, expect, test } from 'vitest';
import { LAN_NODE_CONFIG, type NodeConfig, WAN_NODE_CONFIG } from '../../src/core/node/node-config.ts';
import { SCENARIOS } from '../scenarios/index.ts';
import { pathsOf, SettingRefused, withSettings } from './settings.ts';

describe('settings by name', () => {
  test('change what they name and nothing else', () => {
    const config = withSettings(WAN_NODE_CONFIG, ['plumtree.graft.leastMs=5', 'lease.validMs=60000']);
    expect(config).toEqual({
      ...WAN_NODE_CONFIG,
      plumtree: { ...WAN_NODE_CONFIG.plumtree, graft: { ...WAN_NODE_CONFIG.plumtree.graft, leastMs: 5 } },
      lease: { ...WAN_NODE_CONFIG.lease, validMs: 60_000 },
    });
  });

  test.each([
    ['plumtree.grafts.leastMs=5', 'no such setting'],
    ['plumtree.graft=5', 'no such setting'],
    ['plumtree.graft.leastMs.more=5', 'no such setting'],
    ['toString=5', 'no such setting'],
    ['lease.validMs=', 'PATH=NUMBER'],
    ['lease.validMs=-1', 'PATH=NUMBER'],
    ['lease.validMs=300001', 'validMs is'],
    ['hyparview.activeView.near=30', 'maxLinks.low'],
  ])('%s is refused in words', (setting, words) => {
    expect(() => withSettings(WAN_NODE_CONFIG, [setting])).toThrow(SettingRefused);
    expect(() => withSettings(WAN_NODE_CONFIG, [setting])).toThrow(words);
  });
});

const traceOf = (scenario: string, config?: NodeConfig) =>
  SCENARIOS[scenario]!.run({ nodes: 20, seed: 1, progress: () => {}, ...(config && { config }) }).trace;

test('presets have the settings of each other, and one of them is what nodes are set to', () => {
  expect(pathsOf(LAN_NODE_CONFIG)).toEqual(pathsOf(WAN_NODE_CONFIG));
  expect(traceOf('kill-50', WAN_NODE_CONFIG)).toBe(traceOf('kill-50'));
});

describe('a fleet that is set otherwise takes another course', () => {
  test.each([
    ['the overlay alone', 'kill-50', 'hyparview.activeView.near=4'],
    ['the overlay alone', 'kill-50', 'hyparview.passiveView.near=1'],
    ['the overlay alone', 'kill-50', 'hyparview.shuffle.firstMs=4000'],
    ['the overlay alone', 'kill-50', 'hyparview.join.walks=1'],
    ['the overlay alone', 'kill-50', 'hyparview.redial.brokenMs=9000'],
    ['the overlay alone', 'kill-50', 'plumtree.graft.spreadMs=100'],
    ['the overlay alone', 'kill-50', 'plumtree.gather.pushedMs=100'],
    ['full nodes', 'presence', 'hyparview.activeView.near=4'],
    ['full nodes', 'presence', 'lease.renewals=5'],
    ['full nodes', 'presence', 'antiEntropy.seldomMs=20000'],
  ])('%s, %s: %s', { timeout: 60_000 }, (_, scenario, setting) => {
    expect(traceOf(scenario, withSettings(WAN_NODE_CONFIG, [setting]))).not.toBe(traceOf(scenario));
  });
});
