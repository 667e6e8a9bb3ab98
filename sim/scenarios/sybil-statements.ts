import { isCurrent } from '../../src/core/fleet/statement-book.ts';
import type { Node } from '../../src/core/node/node.ts';
import type { NodeId } from '../../src/core/wire/encoding/ids.ts';
import { createFleet } from '../fleet/fleet.ts';
import { createNodeHost } from '../fleet/node-host.ts';
import { createNodeStorage } from '../fleet/node-storage.ts';
import { createTalkingSybilHost } from '../fleet/talking-sybil-host.ts';
import { createUnsignedFleet, type UnsignedFleet } from '../fleet/unsigned-fleet.ts';
import type { NodeIndex } from '../network/topology.ts';
import { outcomeOf, type Scenario } from './scenario.ts';
import { devicesOf, fleetOptionsOf, startAll } from './standing-fleet.ts';

/** Of the nodes; the others are devices that were admitted. */
const SYBILS = 0.2;
/** Of the devices: they were there, and are away when the Sybils come. */
const AWAY = 0.15;
const JOIN_MS = 60_000;
const SETTLE_MS = 60_000;
const SIEGE_MS = 120_000;
/** What strangers share in a book (M8). */
const LENT = 64;
/** So many keys made every honest node forget who is away, once. */
const MADE_UP = 4_096;

export const sybilStatements: Scenario = {
  description:
    'Full nodes, some of them away; a fifth of all are Sybils that speak as thousands of made-up keys, and repeat what members said; two minutes',
  run: (options) => {
    const honest = Array.from({ length: Math.round(options.nodes * (1 - SYBILS)) }, (_, node) => node);
    const sybils = Array.from({ length: options.nodes - honest.length }, (_, at) => honest.length + at);
    const isHonest = (node: NodeIndex) => node < honest.length;
    const living = new Map<NodeIndex, Node>();
    let unsigned: UnsignedFleet | undefined;
    let idOf: ((node: NodeIndex) => NodeId) | undefined;
    let keys = 0;
    let logged = 0;
    const conspiracy = { sybils, targets: honest, linksEach: 8, keysASecond: 6, onKey: () => keys++ };
    const members = new Set<NodeId>();
    const fleet = createFleet({
      ...fleetOptionsOf(options),
      createHost: (services, facts) => {
        idOf = facts.directory.idOf;
        if (unsigned === undefined) {
          const devices = devicesOf(facts).slice(0, honest.length);
          unsigned = createUnsignedFleet(devices);
          for (const { device } of devices) members.add(device);
        }
        if (!isHonest(services.node)) return createTalkingSybilHost(services, facts, unsigned, conspiracy);
        const host = createNodeHost(services, facts, unsigned, createNodeStorage(unsigned.founding), {
          onReport: (event) => {
            if (event.type === 'statement-heard' && !members.has(event.heard.statement.author)) logged++;
          },
        });
        living.set(services.node, host.node);
        return host;
      },
    });
    startAll(fleet, honest, JOIN_MS);
    fleet.simulation.runUntil(JOIN_MS + SETTLE_MS);
    const away = honest.filter((_, at) => at % Math.round(1 / AWAY) === 1);
    for (const node of away) {
      fleet.crash(node);
      living.delete(node);
    }
    fleet.simulation.runUntil(fleet.simulation.nowMs + SETTLE_MS);
    const lastWords = () =>
      [...living.values()].flatMap((node) =>
        away.flatMap((gone) => {
          const last = node.book.newest(idOf!(gone), 'lease')?.statement;
          return last === undefined ? [] : [`${node.self} ${last.author} ${last.session} ${last.sequence}`];
        }),
      );
    const before = lastWords();
    startAll(fleet, sybils, STEP_MS);
    fleet.simulation.runUntil(fleet.simulation.nowMs + SIEGE_MS);

    const { nowMs } = fleet.simulation;
    const after = new Set(lastWords());
    const nodes = [...living.values()];
    const strangersOf = (node: Node) =>
      node.book.ofKind('lease').filter(({ statement }) => !members.has(statement.author));
    const foreignMarks = nodes.reduce(
      (sum, node) => sum + node.book.marks().filter(({ author }) => !members.has(author)).length,
      0,
    );
    const alive = new Set(nodes.map(({ self }) => self));
    const returned = nodes.reduce(
      (sum, node) =>
        sum +
        node.book
          .ofKind('lease')
          .filter((heard) => members.has(heard.statement.author) && isCurrent(heard, nowMs))
          .filter(({ statement }) => !alive.has(statement.author)).length,
      0,
    );
    const livingIn = (site: string | undefined) =>
      honest.filter(
        (node) => living.has(node) && living.get(node)!.view().devices.get(idOf!(node))?.body.site === site,
      ).length;
    const overcounts = nodes.flatMap((node) =>
      node.book
        .ofKind('summary')
        .filter((heard) => isCurrent(heard, nowMs))
        .map(({ statement: { author, content } }) => {
          const site = node.view().devices.get(author)?.body.site;
          return content.type === 'summary' ? content.present - livingIn(site) : 0;
        }),
    );
    return outcomeOf(
      fleet,
      [
        {
          phase: 'after two minutes',
          nodes: nodes.length,
          away: away.length,
          keys,
          lastWords: before.length,
          strangersMost: Math.max(...nodes.map((node) => strangersOf(node).length)),
          kept: Math.max(...nodes.map((node) => node.book.all().length)),
        },
      ],
      [
        { name: 'keys that spoke', value: keys, unit: 'keys', aim: MADE_UP, direction: 'atLeast' },
        {
          name: 'last words of who is away, before',
          value: before.length,
          unit: '',
          aim: 1,
          direction: 'atLeast',
        },
        {
          name: 'last words of who is away that were forgotten, or others',
          value: before.filter((words) => !after.has(words)).length,
          unit: '',
          aim: 0,
          direction: 'atMost',
        },
        {
          name: 'leases that show who is away as present',
          value: returned,
          unit: '',
          aim: 0,
          direction: 'atMost',
        },
        {
          name: 'what strangers said in logs of activity',
          value: logged,
          unit: 'events',
          aim: 0,
          direction: 'atMost',
        },
        {
          name: 'devices that a site’s summary counts beyond those that live',
          value: Math.max(0, ...overcounts),
          unit: 'devices',
          aim: 0,
          direction: 'atMost',
        },
        {
          name: 'strangers that a node keeps, most',
          value: Math.max(...nodes.map((node) => strangersOf(node).length)),
          unit: 'statements',
          aim: LENT,
          direction: 'atMost',
        },
        { name: 'marks of strangers on disks', value: foreignMarks, unit: '', aim: 0, direction: 'atMost' },
      ],
    );
  },
};

const STEP_MS = 1_000;
