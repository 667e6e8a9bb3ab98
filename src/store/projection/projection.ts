import type { Instant, MonotonicMs } from '../../core/time/instant.ts';
import type { NodeId } from '../../core/wire/encoding/ids.ts';
import type { RuntimeEvent } from '../../runtime/node-runtime.ts';
import { createActivityLog } from '../activity-log.ts';
import type { FleetModel, WatchModel } from '../model.ts';
import { deviceRow } from '../project-devices.ts';
import { type BesideNode, projectSession, type ShownRuntime } from '../project-session.ts';
import { createReceiptHistory } from '../receipt-history.ts';
import { createRefusalLog } from '../refusal-log.ts';
import { releaseNames } from '../release-names.ts';
import { WATCHING_ALL, watchOf } from '../watch.ts';
import { createActivityRows } from './activity-rows.ts';
import { createAdmissionWatch } from './admission-watch.ts';
import { createDeviceRows, type DeviceChange } from './device-rows.ts';
import { createLeaseWatch } from './lease-watch.ts';
import type { Look } from './look.ts';
import { createMeshRows } from './mesh-rows.ts';
import { noteEvent } from './note-event.ts';
import { createPersonRows } from './person-rows.ts';
import { createReleaseRows } from './release-rows.ts';
import { createRolloutRows } from './rollout-rows.ts';
import { createSiteRows } from './site-rows.ts';
import { shareEqual } from './structural-sharing.ts';
import { createSummaryWatch } from './summary-watch.ts';

/** What pages show of a node. */
export type ProjectedModel = Omit<FleetModel, 'pendingStart'>;

/**
 * The model of a node, kept up: a look projects what may have changed since the last one, and all that has the same content keeps its
 * identity. What it shows is a function of the node, of what is beside it, of the events, and of the time.
 */
export interface Projection {
  onEvent(event: RuntimeEvent, atMs: number): void;
  look(now: Instant): ProjectedModel;
}

export function createProjection(runtime: ShownRuntime, beside: BesideNode): Projection {
  const { node } = runtime;
  const history = createReceiptHistory();
  const activity = createActivityLog();
  const refusals = createRefusalLog();
  const admissions = createAdmissionWatch(node);
  const leases = createLeaseWatch(node);
  const summaries = createSummaryWatch(node);
  const devices = createDeviceRows();
  const sites = createSiteRows(node, devices, summaries);
  const releases = createReleaseRows(node, devices);
  const rollouts = createRolloutRows(node, devices);
  const mesh = createMeshRows(node, leases);
  const people = createPersonRows(node);
  const activityRows = createActivityRows(node, activity);
  /** Who sent a receipt since the last look. */
  const receiptsFrom = new Set<NodeId>();
  let entriesSeen = 0;
  let lastLookMs = Number.NEGATIVE_INFINITY;
  let watch: WatchModel = WATCHING_ALL;
  let names: ReturnType<typeof releaseNames> | undefined;
  let grants: ReturnType<typeof node.view>['grants'] | undefined;
  let model: ProjectedModel | undefined;

  const lookAtClocks = (now: Instant): Look => {
    const look = {
      now,
      ledgerGrew: node.ledger.size() !== entriesSeen,
      wallWentBack: now.wallMs < lastLookMs,
    };
    entriesSeen = node.ledger.size();
    lastLookMs = now.wallMs;
    return look;
  };

  /** Sites that are watched now and were not, or the other way round. */
  const lookAtWatch = (): readonly string[] => {
    const before = watch;
    watch = shareEqual(before, beside.watch());
    if (before === watch) return [];
    const isWatched = (by: WatchModel, site: string) => watchOf(by, site) !== undefined;
    return [...devices.sites()].filter((site) => isWatched(before, site) !== isWatched(watch, site));
  };

  const namesChanged = (): { readonly ofReleases: boolean; readonly ofPeople: boolean } => {
    const [namesBefore, grantsBefore] = [names, grants];
    names = releaseNames(node);
    grants = node.view().grants;
    return { ofReleases: names !== namesBefore, ofPeople: grants !== grantsBefore };
  };

  const projectDevices = (ids: Iterable<NodeId>, nowMs: MonotonicMs): readonly DeviceChange[] => {
    const admitted = node.view().devices;
    const changes: DeviceChange[] = [];
    for (const id of ids) {
      const admission = admitted.get(id);
      const row = admission && deviceRow(node, admission, { history, summaries, watch }, nowMs);
      const change = devices.put(id, row);
      if (change !== undefined) changes.push(change);
    }
    return changes;
  };

  for (const heard of node.book.all())
    noteEvent({ type: 'statement-heard', heard }, 0, { node, history, activity, refusals });

  return {
    onEvent: (event, atMs) => {
      noteEvent(event, atMs, { node, history, activity, refusals });
      if (event.type !== 'statement-heard') return;
      leases.onHeard(event.heard);
      summaries.onHeard(event.heard);
      const { author, content } = event.heard.statement;
      if (content.type === 'receipt') receiptsFrom.add(author);
    },
    look: (now) => {
      const look = lookAtClocks(now);
      const admitted = admissions.look(look);
      const leased = leases.look(look);
      const spoken = summaries.look(look);
      const watched = lookAtWatch();
      const renamed = namesChanged();
      const receipts = [...receiptsFrom];
      receiptsFrom.clear();

      const doubtful = renamed.ofReleases
        ? [...node.view().devices.keys(), ...admitted]
        : [
            ...admitted,
            ...leased,
            ...receipts,
            ...[...spoken, ...watched].flatMap((site) => Array.from(devices.ofSite(site), ({ id }) => id)),
          ];
      const changes = projectDevices(new Set(doubtful), now.monotonicMs);
      const sitesTouched = changes.flatMap(({ before, after }) => [before?.site, after?.site]);
      const doubtfulSites = renamed.ofReleases || renamed.ofPeople ? devices.sites() : [];
      sites.update(
        new Set(
          [...sitesTouched, ...spoken, ...watched, ...doubtfulSites].filter((site) => site !== undefined),
        ),
        watch,
      );
      const { people: rows, root, ownRoles } = people.look(look);
      const next: ProjectedModel = {
        session: projectSession(runtime, beside, ownRoles),
        devices: devices.rows(),
        sites: sites.rows(),
        watch,
        releases: releases.look(look),
        rollouts: rollouts.look(look, { admitted, devices: [...changes.map(({ id }) => id), ...receipts] }),
        people: rows,
        root,
        mesh: mesh.look({
          leased,
          named: renamed.ofPeople ? [...mesh.present(), ...admitted] : admitted,
          refusals: refusals.items(),
          now,
        }),
        ledgerRevision: node.ledger.size(),
        activity: activityRows.look(look),
      };
      model = model === undefined ? next : keepSlices(model, next);
      return model;
    },
  };
}

/** The parts of each slice are shared by those who project it; the session is small and made anew. */
function keepSlices(before: ProjectedModel, after: ProjectedModel): ProjectedModel {
  const next = { ...after, session: shareEqual(before.session, after.session) };
  const keys = Object.keys(next) as (keyof ProjectedModel)[];
  return keys.every((key) => Object.is(before[key], next[key])) ? before : next;
}
