import { CloseButton } from '@mantine/core';
import { useEffect, useId, useRef } from 'react';
import './modal-dialog.css';

/**
 * The browser's own modal dialog: it keeps focus inside, makes the page behind it inert, closes with Escape, and gives
 * focus back (HTML, 4.11.4). A click beside it closes it too.
 */
export function ModalDialog(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: React.ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    element.showModal();
    element.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    return () => element.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the keyboard's way, and the browser handles it
    <dialog
      ref={dialog}
      className="ff-dialog"
      aria-labelledby={titleId}
      onCancel={props.onClose}
      onClick={(event) => {
        if (event.target === dialog.current) props.onClose();
      }}
    >
      <div className="ff-dialog-body">
        <div className="ff-dialog-head">
          <h2 id={titleId}>{props.title}</h2>
          <CloseButton aria-label="Close" onClick={props.onClose} />
        </div>
        {props.children}
      </div>
    </dialog>
  );
}
