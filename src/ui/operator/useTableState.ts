import { readTableState, type TableState, writeTableState } from '../components/table-state.ts';
import { usePageParams } from './frame/hash-location.ts';

/** The order and page of a page's list, kept in its address; `prefix` tells apart the lists of one page. */
export function useTableState(
  fallback: Omit<TableState, 'page'>,
  prefix = '',
): [TableState, (changes: Partial<TableState>) => void] {
  const [params, setParams] = usePageParams();
  const state = readTableState(params, fallback, prefix);
  return [state, (changes) => setParams(writeTableState({ ...state, ...changes }, prefix))];
}
