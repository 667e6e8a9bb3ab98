import { readTableState, type TableState, writeTableState } from '../components/table-state.ts';
import { usePageParams } from './hash-location.ts';

/** The order and page of a page's list, kept in its address. */
export function useTableState(
  fallback: Omit<TableState, 'page'>,
): [TableState, (changes: Partial<TableState>) => void] {
  const [params, setParams] = usePageParams();
  const state = readTableState(params, fallback);
  return [state, (changes) => setParams(writeTableState({ ...state, ...changes }))];
}
