import { isCurrent } from '../../core/fleet/statement-book.ts';
import type { Node } from '../../core/node/node.ts';
import { createRolledOut, type RolledOut } from '../../core/rollout/rolled-out.ts';
import { selectedDevices, wishFor } from '../../core/rollout/wish.ts';
import type { Instant, MonotonicMs } from '../../core/time/instant.ts';
import { compareIds, type NodeId } from '../../core/wire/encoding/ids.ts';
import { createActivityLog, describeEntry, MAX_ITEMS } from '../activity-log.ts';
import type {
  DeviceRow,
  MeshLink,
  MeshModel,
  ReleaseRow,
  RolloutRow,
  SiteRow,
  WatchModel,
} from '../model.ts';
import { compareDevices, deviceRow, type Heard } from '../project-devices.ts';
import {
  compareLinks,
  compareNodes,
  endsOf,
  measuredLink,
  meshNode,
  projectLater,
  projectTurnedAway,
  toldLink,
} from '../project-mesh.ts';
import { grantedKeys, projectRoot, standingRoles } from '../project-people.ts';
import { compareReleases, releaseRow } from '../project-releases.ts';
import { countsOf, hasDevices, rolloutDevice, rolloutFrames, rolloutOfReceipt } from '../project-rollouts.ts';
import { type BesideNode, projectSession, type ShownRuntime } from '../project-session.ts';
import { siteRow } from '../project-sites.ts';
import { createAuthorityEntries } from '../projection/authority-entries.ts';
import { noteEvent } from '../projection/note-event.ts';
import type { Projection } from '../projection/projection.ts';
import { createReceiptHistory } from '../receipt-history.ts';
import { createRefusalLog, type Refusal } from '../refusal-log.ts';
import { type HeardSummary, readSiteWord, type SiteSummaries } from '../site-summaries.ts';

/** The model of a node from scratch at each look: what an incremental one must be equal to, and is measured beside. */
export function createWholeProjection(runtime: ShownRuntime, beside: BesideNode): Projection {
  const { node } = runtime;
  const logs = {
    node,
    history: createReceiptHistory(),
    activity: createActivityLog(),
    refusals: createRefusalLog(),
  };
  for (const heard of node.book.all()) noteEvent({ type: 'statement-heard', heard }, 0, logs);
  return {
    onEvent: (event, atMs) => noteEvent(event, atMs, logs),
    look: (now) => {
      const nowMs = now.monotonicMs;
      const watch = beside.watch();
      const summaries = readSiteSummaries(node, nowMs);
      const devices = projectDevices(node, { history: logs.history, summaries, watch }, nowMs);
      const authority = createAuthorityEntries(node.ledger)();
      return {
        session: projectSession(runtime, beside, standingRoles(node, authority, node.self)),
        devices,
        sites: projectSites(node, devices, summaries, watch),
        watch,
        releases: projectReleases(node, devices),
        rollouts: projectRollouts(node, devices, createRolledOut(node.ledger)()),
        people: grantedKeys(node, authority, now.wallMs).map(({ row }) => row),
        root: projectRoot(node),
        mesh: projectMesh(node, logs.refusals.items(), now),
        ledgerRevision: node.ledger.entries().length,
        activity: [
          ...node.ledger.entries().map((entry) => describeEntry(entry, node)),
          ...logs.activity.notices(),
        ]
          .sort((a, b) => b.atMs - a.atMs)
          .slice(0, MAX_ITEMS),
      };
    },
  };
}

export function readSiteSummaries(node: Node, nowMs: MonotonicMs): SiteSummaries {
  const { devices } = node.view();
  const bySite = new Map<string, HeardSummary[]>();
  for (const heard of node.book.ofKind('summary')) {
    const { author, content } = heard.statement;
    const site = devices.get(author)?.body.site;
    if (content.type !== 'summary' || site === undefined) continue;
    const said = bySite.get(site) ?? [];
    said.push({ speaker: author, heardAt: heard.heardAt, holds: isCurrent(heard, nowMs), content });
    bySite.set(site, said);
  }
  const words = new Map(Array.from(bySite, ([site, said]) => [site, readSiteWord(said)]));
  return {
    of: (site) => words.get(site)?.summary,
    speakers: (site) => words.get(site)?.speakers ?? 0,
    groupOf: (site, device, afterMs) => words.get(site)?.groupOf(device, afterMs),
  };
}

export function projectDevices(node: Node, heard: Heard, nowMs: MonotonicMs): DeviceRow[] {
  return Array.from(node.view().devices.values(), (admission) =>
    deviceRow(node, admission, heard, nowMs),
  ).sort(compareDevices);
}

export function projectSites(
  node: Node,
  devices: readonly DeviceRow[],
  summaries: SiteSummaries,
  watch: WatchModel,
): SiteRow[] {
  const bySite = new Map<string, DeviceRow[]>();
  for (const device of devices) {
    const rows = bySite.get(device.site);
    if (rows === undefined) bySite.set(device.site, [device]);
    else rows.push(device);
  }
  return Array.from(bySite, ([name, rows]) => siteRow(node, name, rows, { summaries, watch })).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}

export function projectReleases(node: Node, devices: readonly DeviceRow[]): ReleaseRow[] {
  return Array.from(node.view().releases.values(), (release) =>
    releaseRow(
      node,
      release,
      node.progress.get(release.manifest.infoHash),
      devices.filter((device) => device.running?.release === release.entry.id).length,
    ),
  ).sort(compareReleases);
}

export function projectRollouts(
  node: Node,
  devices: readonly DeviceRow[],
  rolledOut: RolledOut,
): RolloutRow[] {
  const view = node.view();
  const followed = new Set(Array.from(view.devices.values(), ({ body }) => wishFor(view, body)?.rollout));
  return rolloutFrames(node, rolledOut, (rollout) => followed.has(rollout)).map((frame) => {
    const admissions = Array.from(view.devices.values(), ({ body }) => body);
    const named = new Set(hasDevices(frame) ? selectedDevices(frame.select, admissions) : []);
    const matched = devices
      .filter(({ id }) => named.has(id))
      .map((device) => {
        const receipt = node.book.newest(device.id, 'receipt');
        return rolloutDevice(device, rolloutOfReceipt(receipt) === frame.id ? receipt : undefined);
      });
    return { ...frame, devices: matched, counts: countsOf(matched) };
  });
}

function projectMesh(node: Node, refusals: readonly Refusal[], now: Instant): MeshModel {
  const links = new Map<string, MeshLink>();
  const present = new Set<NodeId>([node.self]);
  const leases = [...node.book.ofKind('lease')].sort((a, b) =>
    compareIds(a.statement.author, b.statement.author),
  );
  for (const heard of leases) {
    const { author, content } = heard.statement;
    if (content.type !== 'lease' || author === node.self || !isCurrent(heard, now.monotonicMs)) continue;
    present.add(author);
    for (const told of content.links) {
      const link = toldLink(author, told);
      const key = endsOf(link).join(' ');
      if (!links.has(key)) links.set(key, link);
    }
  }
  for (const [peer, facts] of node.links) {
    present.add(peer);
    const link = measuredLink(node.self, peer, facts);
    links.set(endsOf(link).join(' '), link);
  }
  return {
    nodes: Array.from(present, (id) => meshNode(node, id)).sort(compareNodes),
    links: [...links.values()]
      .filter(({ from, to }) => present.has(from) && present.has(to))
      .sort(compareLinks),
    turnedAway: projectTurnedAway(node, refusals, now),
    later: projectLater(node),
  };
}
