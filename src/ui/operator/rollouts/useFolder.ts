import { useEffect, useRef, useState } from 'react';
import type { FolderReport, SourceFile } from '../../../store/commands/releases.ts';
import { CommandRefused, FolderStale } from '../../../store/commands.ts';
import { useCommands } from '../FleetContext.tsx';
import { messageOf } from '../frame/notify.ts';
import { folderBelow, type ReadFolder } from './read-folder.ts';

export type FolderState =
  | { readonly type: 'none' }
  | { readonly type: 'listing'; readonly found: number }
  | {
      readonly type: 'reading';
      readonly name: string;
      readonly doneBytes: number;
      readonly sizeBytes: number;
    }
  | { readonly type: 'refused'; readonly message: string }
  | {
      readonly type: 'read';
      readonly name: string;
      readonly files: readonly SourceFile[];
      readonly report: FolderReport;
      /** It is read again, with more or fewer of its files. */
      readonly busy: boolean;
    };

export interface Folder {
  readonly state: FolderState;
  /** Counts the folders that were chosen. */
  readonly serial: number;
  open(reading: (onFound: (count: number) => void) => Promise<ReadFolder>): void;
  /** Takes a folder one level down for the folder. */
  openBelow(name: string): void;
  /** Has something in that is left out otherwise, or out again. */
  toggle(key: string): void;
  /** What was chosen is not there any more as it was. */
  refuse(error: FolderStale): void;
}

/** A guess: progress that a person sees moves no more often. */
const SHOW_EVERY_MS = 100;

/** The folder of a rollout that is being made; `onRead` once for each that was chosen and read. */
export function useFolder(onRead: (report: FolderReport) => void): Folder {
  const commands = useCommands();
  const [state, setState] = useState<FolderState>({ type: 'none' });
  const [serial, setSerial] = useState(0);
  const include = useRef<ReadonlySet<string>>(new Set());
  const abort = useRef(new AbortController());
  useEffect(() => () => abort.current.abort(), []);

  /** Ends what is looked at for another folder's sake. */
  const begin = (): AbortSignal => {
    abort.current.abort();
    abort.current = new AbortController();
    return abort.current.signal;
  };

  const inspect = async (folder: ReadFolder, signal: AbortSignal): Promise<FolderReport | undefined> => {
    const { name, files } = folder;
    let shownAtMs = 0;
    try {
      return await commands.releases.inspectFolder(files, {
        include: include.current,
        signal,
        onProgress: ({ doneBytes, sizeBytes }) => {
          if (signal.aborted || performance.now() - shownAtMs < SHOW_EVERY_MS) return;
          shownAtMs = performance.now();
          setState((held) => (held.type === 'read' ? held : { type: 'reading', name, doneBytes, sizeBytes }));
        },
      });
    } catch (error) {
      if (!signal.aborted) setState({ type: 'refused', message: messageOf(error) });
      return undefined;
    }
  };

  const look = async (folder: ReadFolder, signal: AbortSignal) => {
    include.current = new Set();
    setState({ type: 'reading', name: folder.name, doneBytes: 0, sizeBytes: 0 });
    const report = await inspect(folder, signal);
    if (report === undefined || signal.aborted) return;
    setState({ type: 'read', ...folder, report, busy: false });
    onRead(report);
  };

  return {
    state,
    serial,
    open: async (reading) => {
      const signal = begin();
      setSerial((count) => count + 1);
      setState({ type: 'listing', found: 0 });
      try {
        const folder = await reading((found) => {
          if (!signal.aborted && found % 100 === 0) setState({ type: 'listing', found });
        });
        if (!signal.aborted) await look(folder, signal);
      } catch (error) {
        if (signal.aborted) return;
        setState({ type: 'refused', message: messageOf(asStale(error)) });
      }
    },
    openBelow: (name) => {
      if (state.type === 'read') void look(folderBelow(state, name), begin());
    },
    toggle: async (key) => {
      if (state.type !== 'read') return;
      const next = new Set(include.current);
      if (!next.delete(key)) next.add(key);
      include.current = next;
      const signal = begin();
      const leftOut = state.report.leftOut.map((item) => ({ ...item, included: next.has(item.key) }));
      setState({ ...state, report: { ...state.report, leftOut }, busy: true });
      const report = await inspect(state, signal);
      if (report !== undefined && !signal.aborted) setState({ ...state, report, busy: false });
    },
    refuse: (error) => {
      begin();
      setState({ type: 'refused', message: error.message });
    },
  };
}

/** A folder that changes while it is listed fails with an error of the browser. */
function asStale(error: unknown): unknown {
  if (error instanceof CommandRefused || !(error instanceof DOMException)) return error;
  return new FolderStale(
    `The folder could not be read: it changed or went away meanwhile (${error.message}). Choose it again.`,
  );
}
