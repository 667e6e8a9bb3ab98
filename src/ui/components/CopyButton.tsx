import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';

const SHOWN_MS = 2_000;

export function CopyButton(props: { readonly text: string; readonly label: string }) {
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () =>
    navigator.clipboard.writeText(props.text).then(
      () => setState('copied'),
      () => setState('refused'),
    );
  return (
    <Button variant="default" size="xs" onClick={copy} miw={112}>
      {state === 'idle' ? props.label : state === 'copied' ? 'Copied' : 'Copy by hand'}
    </Button>
  );
}
