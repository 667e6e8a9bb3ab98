import type { Entry } from '../wire/entry/entry.ts';
import { readRootBody } from '../wire/entry/genesis.ts';
import { readGrantBody } from '../wire/entry/grant.ts';
import { readAckBody, readRevokeBody } from '../wire/entry/revoke.ts';
import { readLinkBody, readModeBody, readRevertBody, readSlinkBody } from '../wire/entry/tree.ts';
import type { CausalPast } from './causal-past.ts';
import { judgeContent } from './path-kinds.ts';
import { AUTHORISED, refuse, type Verdict } from './verdict.ts';

/** Whether the body has the shape that its action and path ask for. Throws WireError where a field cannot be read. */
export function judgeBody(entry: Entry, past: CausalPast): Verdict {
  switch (entry.action) {
    case 'root':
      readRootBody(entry.body);
      return AUTHORISED;
    case 'grant':
      readGrantBody(entry.body);
      return AUTHORISED;
    case 'revoke':
      readRevokeBody(entry.body);
      return AUTHORISED;
    case 'ack':
      readAckBody(entry.body);
      return AUTHORISED;
    case 'create':
    case 'update':
    case 'admit':
      return judgeContent(entry, entry.action, past);
    case 'revert':
      return judgeEarlier(entry, past, readRevertBody(entry.body));
    case 'link':
      return judgeLink(past.accepted(readLinkBody(entry.body)));
    case 'slink':
      readSlinkBody(entry.body);
      return AUTHORISED;
    case 'mode':
      readModeBody(entry.body);
      return AUTHORISED;
    case 'mkdir':
    case 'delete':
    case 'beacon':
      return AUTHORISED;
    default:
      // A later version's action: kept and passed on, so that it counts when this node learns of it.
      return AUTHORISED;
  }
}

/** Of a link to a link, or to a revert, the content would lie at the end of a chain of any length. */
function judgeLink(target: Entry | undefined): Verdict {
  return target !== undefined && target.action !== 'link' && target.action !== 'revert'
    ? AUTHORISED
    : refuse('L3-body', 'a link names an entry that has content of its own');
}

function judgeEarlier(entry: Entry, past: CausalPast, to: Entry['id']): Verdict {
  const earlier = past.accepted(to);
  return earlier?.path === entry.path && earlier.action !== 'revert'
    ? AUTHORISED
    : refuse('L3-body', 'a revert names an earlier entry of its own path');
}
