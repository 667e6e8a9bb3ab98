import { wordsForInvitation } from '../../store/invitation-words.ts';
import type { KioskModel } from '../../store/kiosk-model.ts';
import type { DeviceStage } from '../../store/model.ts';

export type JoinedModel = Extract<KioskModel, { type: 'joined' }>;

export interface Words {
  readonly title: string;
  readonly text: string;
  readonly tone: 'calm' | 'underway' | 'trouble';
}

const UNDERWAY: ReadonlySet<DeviceStage> = new Set([
  'announced',
  'fetching',
  'verified',
  'armed',
  'switching',
  'probation',
]);

/** How an update ended that a person should look at. */
const OUTCOME: Partial<Record<DeviceStage, string>> = {
  failed: 'failed',
  refused: 'was refused',
  'rolled-back': 'was taken back',
};

/** What a screen without an app says: where it stands and what a person can do. */
export function wordsForScreen(model: JoinedModel): Words {
  const fleet = model.fleetName ?? 'its fleet';
  const version = model.target ? `version ${model.target.version}` : 'the app';
  if (!model.admitted) return wordsForStranger(model, fleet);
  switch (model.stage) {
    case 'failed':
    case 'refused':
      return {
        title: `Could not run ${version}`,
        text: `${sentence(model.reason) || 'No reason was given.'} The dashboard has the details; a new rollout tries again.`,
        tone: 'trouble',
      };
    case 'rolled-back':
      return {
        title: `Took back ${version}`,
        text: `${sentence(model.reason) || 'It did not work in time.'} No earlier version is kept here to go back to. A new rollout tries again.`,
        tone: 'trouble',
      };
    case 'fetching':
      return { title: `Getting ${version}`, text: neighbours(model), tone: 'underway' };
    case 'announced':
      return {
        title: `About to get ${version}`,
        text: 'It is chosen for this screen and starts by itself.',
        tone: 'underway',
      };
    case 'verified':
    case 'armed':
      return {
        title: `Ready to start ${version}`,
        text: 'All of it is here and checked. It starts by itself.',
        tone: 'underway',
      };
    case 'switching':
    case 'probation':
      return { title: `Starting ${version}`, text: 'The app opens in a moment.', tone: 'underway' };
    case 'idle':
    case 'committed':
    case 'withdrawn':
      return {
        title: 'Nothing to run yet',
        text: 'This screen is ready. It shows its app as soon as an operator rolls one out to it.',
        tone: 'calm',
      };
  }
}

function wordsForStranger({ invitation }: JoinedModel, fleet: string): Words {
  if (invitation === undefined)
    return {
      title: 'Waiting for an operator',
      text: `This screen has joined ${fleet}, and its admission has not arrived. If no operator has admitted it, pair it anew: it then shows a code for the dashboard.`,
      tone: 'calm',
    };
  const { title, text, needsAnother } = wordsForInvitation(invitation, 'this screen');
  if (needsAnother === 'no') return { title, text, tone: invitation.type === 'ended' ? 'trouble' : 'calm' };
  const ask = needsAnother === 'perhaps' ? 'Otherwise ask' : 'Ask';
  return {
    title,
    text: `${text} ${ask} an operator for a new one and open it here, or pair this screen anew.`,
    tone: 'trouble',
  };
}

/** What a screen says while its storage lacks entries that it had. */
export function wordsForLoss({ lostEntries, heldBack }: JoinedModel): string {
  const lost = lostEntries === 1 ? '1 entry' : `${lostEntries} entries`;
  const meanwhile = heldBack ? ' Until then it installs nothing.' : '';
  return `The storage of this screen lost ${lost} of its ledger. Neighbours send them again.${meanwhile}`;
}

/** What is said over a running app; undefined while there is nothing to say, or it was told to say nothing (C5). */
export function wordsForStrip(model: JoinedModel): Words | undefined {
  if (model.strip === 'off') return undefined;
  const words = UNDERWAY.has(model.stage) ? wordsForProgress(model) : wordsForTrouble(model);
  return model.strip === 'progress' && words?.tone === 'trouble' ? undefined : words;
}

function wordsForTrouble(model: JoinedModel): Words | undefined {
  const outcome = OUTCOME[model.stage];
  if (outcome !== undefined) {
    const kept = model.running ? `Version ${model.running.version} goes on.` : '';
    return {
      title: `${updateName(model)} ${outcome}.`,
      text: `${sentence(model.reason)} ${kept}`.trim(),
      tone: 'trouble',
    };
  }
  return model.lostEntries > 0
    ? { title: 'Storage trouble.', text: wordsForLoss(model), tone: 'trouble' }
    : undefined;
}

function wordsForProgress(model: JoinedModel): Words {
  if (model.stage === 'fetching')
    return {
      title: model.target ? `Getting version ${model.target.version}` : 'Getting an update',
      text: model.links === 0 ? 'No neighbour in reach' : '',
      tone: 'underway',
    };
  const now = { announced: 'announced', verified: 'ready', armed: 'ready', switching: 'starting' };
  const word = model.stage === 'probation' ? 'on trial' : now[model.stage as keyof typeof now];
  const text = model.heldUntilMs === undefined ? '' : 'Waits until the app is no longer busy';
  return { title: `${updateName(model)}: ${word}`, text, tone: 'underway' };
}

function updateName({ target }: JoinedModel): string {
  return target ? `Version ${target.version}` : 'The update';
}

function neighbours(model: Pick<JoinedModel, 'links'>): string {
  if (model.links === 0) return 'No neighbour is in reach. It goes on by itself when one is.';
  return model.links === 1
    ? 'It comes from 1 neighbour.'
    : `It comes over links to ${model.links} neighbours.`;
}

/** A reason as a sentence: other nodes and apps write them as they like. */
function sentence(reason: string): string {
  const text = reason.trim();
  if (text === '') return '';
  return `${text[0]!.toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
