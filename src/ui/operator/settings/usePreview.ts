import { useEffect, useState } from 'react';
import type { AuthorityPreview } from '../../../store/authority-model.ts';
import { messageOf } from '../frame/notify.ts';

export type Preview =
  | { readonly type: 'none' }
  | { readonly type: 'shown'; readonly preview: AuthorityPreview }
  | { readonly type: 'refused'; readonly problem: string };

/** Computes the preview again whenever `key` changes; an answer that comes too late for its question is dropped. */
export function usePreview(key: string, ask: (() => Promise<AuthorityPreview>) | undefined): Preview {
  const [preview, setPreview] = useState<Preview>({ type: 'none' });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for all that `ask` closes over
  useEffect(() => {
    let current = true;
    setPreview({ type: 'none' });
    ask?.().then(
      (shown) => current && setPreview({ type: 'shown', preview: shown }),
      (error: unknown) => current && setPreview({ type: 'refused', problem: messageOf(error) }),
    );
    return () => {
      current = false;
    };
  }, [key]);
  return preview;
}
