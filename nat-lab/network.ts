import { spawnSync } from 'node:child_process';
import { INSIDE, natRules, OUTSIDE, type RouterSetting } from './nat-rules.ts';

/**
 * ```
 *   north-1, north-2 ── north ─┐                  198.51.100.10 site and signaling
 *                              ├── the internet ── server
 *            south-1 ── south ─┘   203.0.113.0/24  203.0.113.10 STUN and TURN
 * ```
 * The server also has a cable into north's LAN, over which a site without the internet reaches its own server.
 */
export const HOSTS = ['north-1', 'north-2', 'south-1'] as const;
export type Host = (typeof HOSTS)[number];
export type Router = 'north' | 'south';

export const WEB_ADDRESS = '198.51.100.10';
/** STUN answers at both: a symmetric NAT shows by two that see different ports. */
export const TURN_ADDRESS = '203.0.113.10';
export const SECOND_STUN_ADDRESS = '203.0.113.11';
export const WEB_PORT = 4400;

/** Two LANs behind routers, an internet between them, a server on it; each machine a network namespace of Linux. */
export interface LabNetwork {
  /** A command and its first arguments that run what follows on that machine. */
  on(machine: Host | 'server'): readonly string[];
  setRouter(router: Router, setting: RouterSetting): void;
  /** Everything that crosses the router is dropped without a word, as by a cable that was pulled further on. */
  cutUplink(router: Router): void;
  healUplink(router: Router): void;
  /** Bytes that left the router's site since it was made. */
  uplinkBytes(router: Router): number;
  /** What the site's machines get from outside is slowed down to this; undefined: not slowed down. */
  slowDown(router: Router, bitsPerSecond: number | undefined): void;
  /** Whether north's machines reach the web server over the cable in their LAN or over the internet. */
  serveOnLan(onLan: boolean): void;
  /** Ends what runs in the network and takes it away. Idempotent; synchronous, so that it can be the last thing of a process. */
  close(): void;
}

class LabNetworkFailed extends Error {
  override readonly name = 'LabNetworkFailed';
}

const PREFIX = 'fieldfare-lab';
const ROUTERS: Readonly<Record<Router, { readonly outer: string; readonly lan: string }>> = {
  north: { outer: '203.0.113.21', lan: '10.1.0' },
  south: { outer: '203.0.113.22', lan: '10.2.0' },
};
const LAN_CABLE = '10.1.0.10';

/** @throws LabNetworkFailed with what iproute2 or iptables said. */
export function createLabNetwork(): LabNetwork {
  removeLeftovers();
  const spaceOf = (machine: string) => `${PREFIX}-${process.pid}-${machine}`;
  const inside = (machine: string, ...command: string[]) => ip('netns', 'exec', spaceOf(machine), ...command);
  const spaces: string[] = [];
  let closed = false;

  const add = (machine: string) => {
    ip('netns', 'add', spaceOf(machine));
    spaces.push(spaceOf(machine));
    inside(machine, 'ip', 'link', 'set', 'lo', 'up');
  };
  const cable = (from: string, fromName: string, to: string, toName: string) => {
    const [a, b] = [spaceOf(from), spaceOf(to)];
    ip('link', 'add', fromName, 'netns', a, 'type', 'veth', ...['peer', 'name', toName, 'netns', b]);
    inside(from, 'ip', 'link', 'set', fromName, 'up');
    inside(to, 'ip', 'link', 'set', toName, 'up');
  };
  const bridge = (machine: string, name: string) => {
    // Snooping needs a querier, and without one mDNS would reach nobody.
    inside(machine, 'ip', 'link', 'add', name, 'type', 'bridge', 'mcast_snooping', '0');
    inside(machine, 'ip', 'link', 'set', name, 'up');
  };
  const address = (machine: string, device: string, text: string) =>
    inside(machine, 'ip', 'address', 'add', text, 'dev', device);

  const hostsOf = (router: Router) => HOSTS.filter((host) => host.startsWith(router));
  const addressOf = (host: Host) =>
    `${ROUTERS[host.startsWith('north') ? 'north' : 'south'].lan}.1${host.slice(-1)}`;

  const build = () => {
    add('internet');
    bridge('internet', 'br0');
    add('server');
    cable('server', 'internet', 'internet', 'server');
    inside('internet', 'ip', 'link', 'set', 'server', 'master', 'br0');
    address('server', 'internet', `${TURN_ADDRESS}/24`);
    address('server', 'internet', `${SECOND_STUN_ADDRESS}/24`);
    address('server', 'lo', `${WEB_ADDRESS}/32`);
    for (const router of ['north', 'south'] as const) {
      const { outer, lan } = ROUTERS[router];
      add(router);
      cable(router, OUTSIDE, 'internet', router);
      inside('internet', 'ip', 'link', 'set', router, 'master', 'br0');
      address(router, OUTSIDE, `${outer}/24`);
      inside(router, 'ip', 'route', 'add', WEB_ADDRESS, 'via', TURN_ADDRESS);
      inside(router, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
      bridge(router, INSIDE);
      address(router, INSIDE, `${lan}.1/24`);
      for (const host of hostsOf(router)) {
        add(host);
        cable(host, 'eth0', router, host);
        inside(router, 'ip', 'link', 'set', host, 'master', INSIDE);
        address(host, 'eth0', `${addressOf(host)}/24`);
        inside(host, 'ip', 'route', 'add', 'default', 'via', `${lan}.1`);
      }
    }
    cable('server', 'lan', 'north', 'server');
    inside('north', 'ip', 'link', 'set', 'server', 'master', INSIDE);
    address('server', 'lan', `${LAN_CABLE}/24`);
  };

  const network: LabNetwork = {
    on: (machine) => ['ip', 'netns', 'exec', spaceOf(machine)],
    setRouter(router, setting) {
      const inner = addressOf(hostsOf(router)[0]!);
      for (const rule of natRules(setting, { inner, webPorts: [WEB_PORT, WEB_PORT + 1] }))
        inside(router, 'iptables', '-w', ...rule);
    },
    // By direction: a kernel may pass bridged frames through FORWARD too, and those of the LAN must go on.
    cutUplink(router) {
      for (const way of ['-i', '-o'])
        inside(router, 'iptables', '-w', '-I', 'FORWARD', way, OUTSIDE, '-j', 'DROP');
    },
    healUplink(router) {
      for (const way of ['-i', '-o'])
        inside(router, 'iptables', '-w', '-D', 'FORWARD', way, OUTSIDE, '-j', 'DROP');
    },
    uplinkBytes: (router) =>
      Number(inside(router, 'cat', `/sys/class/net/${OUTSIDE}/statistics/tx_bytes`).trim()),
    slowDown(router, bitsPerSecond) {
      const discipline = ['root', 'tbf', 'rate', `${bitsPerSecond}bit`, 'burst', '32kb', 'latency', '200ms'];
      if (bitsPerSecond === undefined) inside(router, 'tc', 'qdisc', 'del', 'dev', INSIDE, 'root');
      else inside(router, 'tc', 'qdisc', 'replace', 'dev', INSIDE, ...discipline);
    },
    serveOnLan(onLan) {
      for (const host of hostsOf('north'))
        inside(host, 'ip', 'route', onLan ? 'add' : 'del', WEB_ADDRESS, 'via', LAN_CABLE);
    },
    close() {
      if (closed) return;
      closed = true;
      for (const space of spaces) removeSpace(space);
    },
  };

  try {
    build();
    return network;
  } catch (error) {
    network.close();
    throw error;
  }
}

function ip(...command: string[]): string {
  const { status, stdout, stderr, error } = spawnSync('ip', command, { encoding: 'utf8' });
  if (error !== undefined) throw new LabNetworkFailed(`ip could not be run: ${error.message}`);
  if (status !== 0) throw new LabNetworkFailed(`"ip ${command.join(' ')}" failed: ${stderr.trim()}`);
  return stdout;
}

/** A namespace lives on in whoever still runs in it, so these are ended first. */
function removeSpace(space: string): void {
  const { stdout } = spawnSync('ip', ['netns', 'pids', space], { encoding: 'utf8' });
  for (const pid of (stdout ?? '').split(/\s+/).filter((text) => /^\d+$/.test(text))) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
    }
  }
  spawnSync('ip', ['netns', 'delete', space]);
}

/** What a lab that was killed could not take away. */
function removeLeftovers(): void {
  for (const line of ip('netns', 'list').split('\n')) {
    const [space = ''] = line.split(' ');
    const pid = new RegExp(`^${PREFIX}-(\\d+)-`).exec(space)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) removeSpace(space);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
