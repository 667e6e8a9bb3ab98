/** The rule of docs/protocol.md that an entry broke, for logs, alarms and tests. */
export type Rule =
  | 'L1-genesis'
  | 'L2-fleet'
  | 'L3-body'
  | 'L4-authority'
  | 'L5-scope'
  | 'L6-expired'
  | 'L7-counter'
  | 'L8-threshold'
  | 'L9-root-chain';

export type Verdict =
  | { readonly type: 'authorised' }
  | { readonly type: 'refused'; readonly rule: Rule; readonly reason: string };

export const AUTHORISED: Verdict = { type: 'authorised' };

export function refuse(rule: Rule, reason: string): Verdict {
  return { type: 'refused', rule, reason };
}
