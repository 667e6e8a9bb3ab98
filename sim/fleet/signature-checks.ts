import type { IntakeEffect, IntakeInput } from '../../src/core/intake/effect.ts';
import { holdsUnsigned } from './unsigned-fleet.ts';
import type { WorkQueue } from './work-queue.ts';

/** Measured (docs/figures.md, verify): Chromium checks one Ed25519 signature after another, 48 us each. */
const CHECK_MS = 0.048;

/** One thread that checks what the intake asks for; nobody signs in a simulation, so a mark in its place says whether it holds. */
export function checkSignature(
  { check, signatures, voucher }: Extract<IntakeEffect, { type: 'check-signature' }>,
  thread: Pick<WorkQueue, 'push'>,
  tell: (input: IntakeInput) => void,
): void {
  const count = signatures.length + (voucher === undefined ? 0 : 1);
  thread.push(count * CHECK_MS, () =>
    tell({
      type: 'signature-checked',
      check,
      holds: signatures.every(holdsUnsigned),
      voucherHolds: voucher !== undefined && holdsUnsigned(voucher),
    }),
  );
}
