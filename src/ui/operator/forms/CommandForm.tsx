import { Button } from '@mantine/core';
import { useState } from 'react';
import { messageOf } from '../frame/notify.ts';

export interface CommandForm {
  readonly busy: boolean;
  readonly problem: string;
  readonly submit: (event: React.FormEvent) => void;
}

/** Runs a command on submit; what it refused stays beside the button until the next try. */
export function useCommandForm<Result>(
  run: () => Promise<Result>,
  onDone: (result: Result) => void,
): CommandForm {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  return {
    busy,
    problem,
    submit: (event) => {
      event.preventDefault();
      setBusy(true);
      setProblem('');
      run().then(
        (result) => {
          setBusy(false);
          onDone(result);
        },
        (error: unknown) => {
          setBusy(false);
          setProblem(messageOf(error));
        },
      );
    },
  };
}

/** The button of a form, with the reason when it is off and what the last try was refused for. */
export function FormEnd(props: {
  readonly form: CommandForm;
  readonly label: string;
  readonly busyLabel: string;
  readonly refusal: string;
  readonly dangerous?: boolean;
}) {
  const { busy, problem } = props.form;
  return (
    <>
      {problem === '' ? null : (
        <p role="alert" className="ff-problem">
          {problem}
        </p>
      )}
      <div className="ff-row">
        <Button
          type="submit"
          disabled={busy || props.refusal !== ''}
          {...(props.dangerous === true ? { color: 'red.9' } : {})}
        >
          {busy ? props.busyLabel : props.label}
        </Button>
        <span className="ff-quiet ff-grow">{props.refusal}</span>
      </div>
    </>
  );
}
