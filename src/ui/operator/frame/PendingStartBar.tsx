import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useCommands, useFleet } from '../FleetContext.tsx';
import { navigate, pathOf, readHash } from './hash-location.ts';
import { notifyDone, notifyRefused } from './notify.ts';

/** Says itself that a start was taken back, beside what it has published. */
const FORM = '/rollouts/new';

/** Counts a start down on every page, and goes to the rollout when it is out. */
export function PendingStartBar() {
  const state = useFleet((model) => model.pendingStart);
  const { rollouts } = useCommands();
  useEffect(() => {
    if (state.type === 'started') {
      rollouts.forgetStart();
      if (pathOf(readHash()) === state.request.askedOn) navigate(`/rollouts/${state.rollout}`);
      else notifyDone('Rollout started', state.request.title);
    } else if (state.type === 'refused') {
      rollouts.forgetStart();
      notifyRefused('The rollout was not started', state.error);
    } else if (state.type === 'undone' && state.request.askedOn !== FORM) {
      rollouts.forgetStart();
      notifyDone('Taken back', 'Nothing was signed, and no device was told.');
    }
    if (state.type !== 'counting') return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [state, rollouts]);
  if (state.type !== 'counting' && state.type !== 'starting') return null;
  return (
    <section className="ff-pending" aria-label="Rollout about to start">
      <p role="status">
        {state.type === 'counting' ? 'About to start' : 'Starting'}: {state.request.title}
      </p>
      {state.type === 'counting' ? (
        <div className="ff-row">
          <Countdown untilMs={state.startsAtMs} />
          <Button variant="default" size="xs" onClick={rollouts.startNow}>
            Start now
          </Button>
          <Button size="xs" color="red" onClick={rollouts.undoStart}>
            Undo
          </Button>
        </div>
      ) : null}
    </section>
  );
}

const FRAME_MS = 250;

function Countdown(props: { readonly untilMs: number }) {
  const [leftMs, setLeftMs] = useState(props.untilMs - Date.now());
  useEffect(() => {
    const timer = setInterval(() => setLeftMs(props.untilMs - Date.now()), FRAME_MS);
    return () => clearInterval(timer);
  }, [props.untilMs]);
  return <span aria-hidden="true">{Math.max(0, Math.ceil(leftMs / 1_000))} s left</span>;
}
