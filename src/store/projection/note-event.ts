import type { Node } from '../../core/node/node.ts';
import type { RuntimeEvent } from '../../runtime/node-runtime.ts';
import type { ActivityLog } from '../activity-log.ts';
import type { ReceiptHistory } from '../receipt-history.ts';
import type { RefusalLog } from '../refusal-log.ts';

/** Writes down what the node itself does not keep of an event. */
export function noteEvent(
  event: RuntimeEvent,
  atMs: number,
  to: {
    readonly node: Node;
    readonly history: ReceiptHistory;
    readonly activity: ActivityLog;
    readonly refusals: RefusalLog;
  },
): void {
  const own = { atMs, actor: 'This browser', target: '' } as const;
  switch (event.type) {
    case 'statement-heard':
      to.history.add(event.heard);
      to.activity.heard(event.heard, to.node);
      break;
    case 'peer-refused':
    case 'link-refused':
      to.refusals.refused(event.peer, event.reason, atMs);
      break;
    case 'trouble':
      to.activity.noticed({ ...own, severity: 'warning', action: 'had trouble', detail: event.what });
      break;
    case 'ledger-rebuilt':
      to.activity.noticed({
        ...own,
        severity: 'good',
        action: 'rebuilt its ledger',
        detail: 'neighbours have sent again what its storage had lost',
      });
      break;
  }
}
