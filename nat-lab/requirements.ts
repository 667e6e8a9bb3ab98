import { spawnSync } from 'node:child_process';
import { ChromiumUnavailable, findChromium } from '../actors/chromium.ts';

/** One sentence about what keeps the lab from running here; undefined: nothing does. */
export async function whatIsMissing(): Promise<string | undefined> {
  if (process.platform !== 'linux') return `The NAT lab needs Linux, and this is ${process.platform}.`;
  if (process.getuid?.() !== 0) return 'The NAT lab makes network namespaces, for which it must run as root.';
  const missing = (
    [
      ['ip', 'iproute2', '-V'],
      ['tc', 'iproute2', '-V'],
      ['iptables', 'iptables', '--version'],
      ['turnserver', 'coturn', '--version'],
    ] as const
  ).filter(([command, , version]) => spawnSync(command, [version]).error !== undefined);
  if (missing.length > 0) {
    const packages = [...new Set(missing.map(([, name]) => name))];
    return `The NAT lab needs ${packages.join(' and ')}: on Debian, apt-get install ${packages.join(' ')}.`;
  }
  try {
    await findChromium();
  } catch (error) {
    if (error instanceof ChromiumUnavailable) return error.message;
    throw error;
  }
  const probe = `fieldfare-lab-probe-${process.pid}`;
  const { status, stderr } = spawnSync('ip', ['netns', 'add', probe], { encoding: 'utf8' });
  if (status !== 0) return `The NAT lab may not make network namespaces here: ${stderr.trim()}`;
  const rules = [
    'netns',
    'exec',
    probe,
    'iptables',
    '-w',
    '-t',
    'nat',
    '-A',
    'POSTROUTING',
    '-j',
    'MASQUERADE',
  ];
  const nat = spawnSync('ip', rules, { encoding: 'utf8' });
  spawnSync('ip', ['netns', 'delete', probe]);
  if (nat.status !== 0) return `The NAT lab cannot set up a NAT here: ${nat.stderr.trim()}`;
  return undefined;
}
