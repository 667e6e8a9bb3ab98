import { describe, expect, test } from 'vitest';
import { natRules, type RouterSetting } from './nat-rules.ts';

const rulesOf = (setting: RouterSetting) =>
  natRules(setting, { inner: '10.1.0.11', webPorts: [4400, 4401] }).map((rule) => rule.join(' '));

describe('rules of a router (RFC 4787)', () => {
  test('only a symmetric NAT gives each destination another port', () => {
    const randomises = (nat: RouterSetting['nat']) =>
      rulesOf({ nat, firewall: 'open' }).some((rule) => rule.includes('--random-fully'));
    expect([randomises('symmetric'), randomises('port-restricted'), randomises('full-cone')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('only a full cone lets in what nobody asked for', () => {
    const letsIn = (nat: RouterSetting['nat']) =>
      rulesOf({ nat, firewall: 'open' }).some((rule) => rule.endsWith('-i outside -p udp -j ACCEPT'));
    expect([letsIn('full-cone'), letsIn('port-restricted'), letsIn('symmetric')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('a firewall comes before what lets traffic out', () => {
    for (const firewall of ['no-udp', 'web-only'] as const) {
      const rules = rulesOf({ nat: 'port-restricted', firewall });
      const dropsUdp = rules.indexOf('-A FORWARD -o outside -p udp -j DROP');
      expect(dropsUdp).toBeGreaterThan(-1);
      expect(dropsUdp).toBeLessThan(rules.indexOf('-A FORWARD -i inside -j ACCEPT'));
    }
    expect(rulesOf({ nat: 'port-restricted', firewall: 'web-only' }).join()).toContain(
      '! --dports 4400,4401',
    );
  });
});
