import type { HeardStatement } from '../core/fleet/statement-book.ts';
import { isCurrent } from '../core/fleet/statement-book.ts';
import { isOfKind, PATH_KINDS } from '../core/ledger/path-kinds.ts';
import type { Node } from '../core/node/node.ts';
import { readAdmissionBody } from '../core/wire/entry/admission.ts';
import type { Entry } from '../core/wire/entry/entry.ts';
import { readGrantBody } from '../core/wire/entry/grant.ts';
import { type HeardStage, isFailure } from '../core/wire/statement/device-stage.ts';
import type { ActivityItem } from './model.ts';
import { nameOfPerson } from './project-people.ts';
import { nameOfRelease } from './release-names.ts';
import { wordsForRoles } from './role-words.ts';

/** What happened and no entry tells: what devices reported, what was turned away here. */
export interface ActivityLog {
  heard(statement: HeardStatement, node: Node): void;
  noticed(item: Omit<ActivityItem, 'key' | 'entry'>): void;
  /** The one that came last first; another array when one more came. */
  notices(): readonly ActivityItem[];
}

export const MAX_ITEMS = 1000;

export function createActivityLog(): ActivityLog {
  let notices: readonly ActivityItem[] = [];
  /** What came since they were asked for, the one that came last at its end. */
  let came: ActivityItem[] = [];
  let count = 0;
  const noticed: ActivityLog['noticed'] = (item) => {
    came.push({ ...item, key: `notice ${count++}`, entry: undefined });
    if (came.length > 2 * MAX_ITEMS) came = came.slice(-MAX_ITEMS);
  };
  return {
    noticed,
    heard: (heard, node) => {
      const { author, content } = heard.statement;
      const common = { atMs: heard.heardAt.wallMs, actor: nameOfPerson(node, author) };
      if (content.type === 'alarm')
        noticed({
          ...common,
          severity: 'bad',
          action: 'turned away',
          target: content.subject.slice(0, 16),
          detail: content.reason,
        });
      if (content.type !== 'receipt' || !isCurrent(heard, heard.heardAt.monotonicMs)) return;
      const named = content.release && nameOfRelease(node, content.release);
      noticed({
        ...common,
        severity: severityOf(content.stage),
        action: content.stage,
        target: named ? `${named.product} ${named.version}` : '',
        detail: content.reason,
      });
    },
    notices: () => {
      if (came.length > 0) notices = [...came.reverse(), ...notices].slice(0, MAX_ITEMS);
      came = [];
      return notices;
    },
  };
}

function severityOf(stage: HeardStage): ActivityItem['severity'] {
  if (isFailure(stage)) return 'bad';
  return stage === 'committed' ? 'good' : 'info';
}

/** Who wrote the entry, and what it did. */
export function describeEntry(entry: Entry, node: Node): ActivityItem {
  const item = (action: string, target: string, detail = ''): ActivityItem => ({
    key: entry.id,
    atMs: entry.timeMs,
    severity: 'info',
    actor: nameOfPerson(node, entry.author),
    action,
    target,
    detail,
    entry: entry.id,
  });
  const view = node.view();
  switch (entry.action) {
    case 'root':
      return item('created the fleet', view.fleetName);
    case 'admit': {
      const { name, site } = readAdmissionBody(entry.body);
      return item('admitted', name, `site ${site}`);
    }
    case 'grant': {
      const { name, roles, invitation } = readGrantBody(entry.body);
      return item(invitation ? 'invited' : 'granted', name, wordsForRoles(roles));
    }
    case 'create': {
      const release = view.releases.get(entry.id)?.manifest;
      const named = nameOfRelease(node, entry.id);
      if (release && named)
        return item(
          'published',
          `${named.product} ${named.version}`,
          `release ${release.counter}, ${release.files.length} files`,
        );
      if (!isOfKind(entry, PATH_KINDS.rollout)) return item(entry.action, entry.path);
      const rolled = nameOfRelease(node, PATH_KINDS.rollout.read(entry).release);
      return item('rolled out', rolled ? `${rolled.product} ${rolled.version}` : '');
    }
    default:
      return item(entry.action, entry.path);
  }
}
