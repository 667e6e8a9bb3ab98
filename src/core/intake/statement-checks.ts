import type { StatementBook } from '../fleet/statement-book.ts';
import type { FleetId, NodeId } from '../wire/encoding/ids.ts';
import { itemOfStatement, markOf } from '../wire/link/item.ts';
import type { Statement } from '../wire/statement/statement.ts';
import type { IntakeEffect, IntakeInput } from './effect.ts';
import { type Opened, refusalOf } from './opened.ts';
import { FORGED_STATEMENT, readUncheckedStatement } from './signatures.ts';

type Conclude = (opened: Opened<Statement>) => void;

/** Opens statements: what is not wanted, or is here already, costs no signature check. */
export interface StatementChecks {
  /** `conclude` is called once, unless the check is given up before. */
  open(check: number, bytes: Uint8Array, peer: NodeId, conclude: Conclude): void;
  onSignature(input: Extract<IntakeInput, { type: 'signature-checked' }>): void;
  onFailed(input: Extract<IntakeInput, { type: 'check-failed' }>): void;
  giveUp(check: number): void;
}

export function createStatementChecks(
  fleet: FleetId,
  judge: StatementBook['judge'],
  emit: (effect: IntakeEffect) => void,
): StatementChecks {
  const underway = new Map<number, { readonly statement: Statement; readonly conclude: Conclude }>();

  const end = (check: number, openedAs: (statement: Statement) => Opened<Statement>) => {
    const found = underway.get(check);
    underway.delete(check);
    found?.conclude(openedAs(found.statement));
  };

  return {
    open: (check, bytes, peer, conclude) => {
      try {
        const { statement, signature } = readUncheckedStatement(bytes, fleet);
        const judgement = judge(statement, peer);
        if (judgement === 'unwanted') return conclude({ type: 'unwanted' });
        if (judgement === 'known')
          return conclude({ type: 'known', item: itemOfStatement(markOf(statement)) });
        underway.set(check, { statement, conclude });
        emit({ type: 'check-signature', check, signatures: [signature], voucher: undefined });
      } catch (error) {
        conclude(refusalOf(error));
      }
    },
    onSignature: ({ check, holds }) =>
      end(check, (value) => (holds ? { type: 'new', value } : { type: 'refused', reason: FORGED_STATEMENT })),
    onFailed: ({ check, error }) => end(check, () => ({ type: 'failed', error })),
    giveUp: (check) => void underway.delete(check),
  };
}
