import { admissionPath, readAdmissionBody } from '../wire/entry/admission.ts';
import type { Entry } from '../wire/entry/entry.ts';
import { readRootBody } from '../wire/entry/genesis.ts';
import { readGrantBody } from '../wire/entry/grant.ts';
import { readReleaseBody, releasePath } from '../wire/entry/release.ts';
import { readAckBody, readRevokeBody } from '../wire/entry/revoke.ts';
import { readRolloutBody, rolloutNumber } from '../wire/entry/rollout.ts';
import {
  readLinkBody,
  readModeBody,
  readRevertBody,
  readSlinkBody,
  readValueBody,
} from '../wire/entry/tree.ts';
import type { CausalPast } from './causal-past.ts';
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
    case 'admit': {
      const { device } = readAdmissionBody(entry.body);
      return entry.path === admissionPath(device)
        ? AUTHORISED
        : refuse('L3-body', 'an admission stands at the path of the device that it admits');
    }
    case 'create':
    case 'update':
      return judgeContent(entry, past);
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

function judgeContent(entry: Entry, past: CausalPast): Verdict {
  if (entry.path.startsWith('/releases/')) return judgeRelease(entry, past);
  if (entry.path.startsWith('/rollouts/')) return judgeRollout(entry, past);
  if (entry.path.startsWith('/devices/')) return refuse('L3-body', 'a device is admitted, not created');
  if (entry.content === undefined) readValueBody(entry.body);
  return AUTHORISED;
}

function judgeRelease(entry: Entry, past: CausalPast): Verdict {
  if (entry.action !== 'create') return refuse('L3-body', 'a release is never changed: publish another one');
  const manifest = readReleaseBody(entry.body);
  if (entry.path !== releasePath(manifest.product, manifest.counter))
    return refuse('L3-body', 'a release stands at the path of its product and counter');
  const highest = past.highestCounter();
  // Rollback attack (TUF 5.4.3): a key that signs an old counter again must not take devices back.
  return highest !== undefined && manifest.counter <= highest
    ? refuse(
        'L7-counter',
        `release ${manifest.product} ${manifest.version} has the counter ${manifest.counter}, but ${highest} was published before it`,
      )
    : AUTHORISED;
}

function judgeRollout(entry: Entry, past: CausalPast): Verdict {
  if (rolloutNumber(entry.path) === undefined)
    return refuse('L3-body', 'a rollout stands at /rollouts/<number>');
  const { release } = readRolloutBody(entry.body);
  return entry.parents.includes(release) && past.accepted(release)?.path.startsWith('/releases/')
    ? AUTHORISED
    : refuse('L3-body', 'a rollout names its release among its parents');
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
