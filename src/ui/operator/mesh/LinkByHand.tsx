import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { MeshCommands } from '../../../store/commands/mesh.ts';
import { ModalDialog } from '../../components/ModalDialog.tsx';
import { useCommands, useFleet } from '../FleetContext.tsx';
import { FormEnd, useCommandForm } from '../forms/CommandForm.tsx';
import { CarriedText } from './CarriedText.tsx';

type Step =
  | { readonly type: 'choose' }
  | { readonly type: 'offered'; readonly offer: Awaited<ReturnType<MeshCommands['offerByHand']>> }
  | { readonly type: 'answering' }
  | {
      readonly type: 'answered';
      readonly text: string;
      readonly outcome: 'waiting' | { readonly problem: string };
    }
  | { readonly type: 'linked'; readonly peer: string };

/** Links two browsers of the fleet by two texts that their people carry, with no server anywhere. */
export function LinkByHand(props: { readonly onClose: () => void }) {
  const commands = useCommands();
  const [step, setStep] = useState<Step>({ type: 'choose' });
  const [pasted, setPasted] = useState('');
  const begin = useCommandForm(
    () => commands.mesh.offerByHand(),
    (offer) => setStep({ type: 'offered', offer }),
  );
  const answer = useCommandForm(
    () => commands.mesh.answerByHand(pasted),
    ({ text, linked }) => {
      setStep({ type: 'answered', text, outcome: 'waiting' });
      linked.then(
        (peer) => setStep({ type: 'linked', peer }),
        (error: Error) => setStep({ type: 'answered', text, outcome: { problem: error.message } }),
      );
    },
  );
  const finish = useCommandForm(
    () =>
      step.type === 'offered' ? step.offer.accept(pasted) : Promise.reject(new Error('nothing was offered')),
    (peer) => setStep({ type: 'linked', peer }),
  );
  const paste = (label: string) => (
    <Textarea
      label={label}
      rows={4}
      spellCheck={false}
      classNames={{ input: 'ff-code' }}
      value={pasted}
      onChange={(event) => setPasted(event.currentTarget.value)}
    />
  );
  return (
    <ModalDialog title="Link by hand" onClose={props.onClose}>
      {step.type === 'choose' ? (
        <form className="ff-stack" aria-label="Link by hand" onSubmit={begin.submit}>
          <p>
            Two browsers of this fleet on one network can link without any server: one shows a text, the other
            one answers with a text of its own.
          </p>
          <FormEnd form={begin} label="Show a text here" busyLabel="Looking at the network" refusal="" />
          <div>
            <Button variant="default" onClick={() => setStep({ type: 'answering' })}>
              Answer the other browser's text
            </Button>
          </div>
        </form>
      ) : null}
      {step.type === 'offered' ? (
        <form className="ff-stack" aria-label="Take the answer" onSubmit={finish.submit}>
          <CarriedText
            text={step.offer.text}
            note="Give this text to the other browser, within ten minutes."
          />
          {paste('Answer of the other browser')}
          <FormEnd
            form={finish}
            label="Link"
            busyLabel="Linking"
            refusal={pasted.trim() === '' ? 'Paste the answer first.' : ''}
          />
        </form>
      ) : null}
      {step.type === 'answering' ? (
        <form className="ff-stack" aria-label="Answer a text" onSubmit={answer.submit}>
          {paste('Text of the other browser')}
          <FormEnd
            form={answer}
            label="Make answer"
            busyLabel="Looking at the network"
            refusal={pasted.trim() === '' ? 'Paste the text first.' : ''}
          />
        </form>
      ) : null}
      {step.type === 'answered' ? (
        <div className="ff-stack">
          <CarriedText text={step.text} note="Give this answer to the browser that showed the first text." />
          {step.outcome === 'waiting' ? (
            <p className="ff-quiet">The link comes up once the other browser has it. Keep this open.</p>
          ) : (
            <p role="alert" className="ff-problem">
              {step.outcome.problem}
            </p>
          )}
        </div>
      ) : null}
      {step.type === 'linked' ? <Linked peer={step.peer} onClose={props.onClose} /> : null}
    </ModalDialog>
  );
}

function Linked(props: { readonly peer: string; readonly onClose: () => void }) {
  const nodes = useFleet((model) => model.mesh.nodes);
  const name = nodes.find(({ id }) => id === props.peer)?.name ?? 'the other browser';
  return (
    <div className="ff-stack">
      <p data-testid="linked-by-hand">
        Linked to {name}. Whatever one of the two knows reaches the other, and through it whoever that one
        reaches.
      </p>
      <div>
        <Button onClick={props.onClose}>Done</Button>
      </div>
    </div>
  );
}
