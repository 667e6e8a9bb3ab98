import { useEffect, useRef } from 'react';
import { ACTIONS, NAVIGATION } from '../routes.tsx';
import { navigate } from './hash-location.ts';

/** How long "g" waits for its second key; a guess: longer would surprise a later key press. */
const CHORD_MS = 1_500;

/** "?", Ctrl-K, "g" then a page's letter, and an action's letter; none of them while a person types in a field. */
export function useShortcuts(handlers: {
  readonly openPalette: () => void;
  readonly openSheet: () => void;
}): void {
  const held = useRef(handlers);
  held.current = handlers;
  useEffect(() => {
    let chordAtMs = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        held.current.openPalette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const inChord = event.timeStamp - chordAtMs < CHORD_MS;
      chordAtMs = event.key === 'g' && !inChord ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (event.key === '?') held.current.openSheet();
      else if (event.key === '/') {
        const filter = document.querySelector<HTMLInputElement>('input[type="search"]');
        if (filter === null) return;
        event.preventDefault();
        filter.focus();
      } else {
        const target = (inChord ? NAVIGATION : ACTIONS).find((item) => item.key === event.key);
        if (target !== undefined) navigate(target.path);
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const field = target.closest('input, textarea, select, [contenteditable], [role="dialog"]');
  return field !== null && !(field instanceof HTMLInputElement && field.type === 'checkbox');
}
