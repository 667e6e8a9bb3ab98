import { FORGED_STATEMENT, readUncheckedStatement } from '../../core/intake/signatures.ts';
import type { FleetId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import {
  encodeSignedStatement,
  encodeStatement,
  type OwnStatement,
  type Statement,
  statementMessage,
} from '../../core/wire/statement/statement.ts';
import type { Identity, Keys } from '../../ports/keys.ts';
import { allHold } from './envelope.ts';

/** Opens a statement from anywhere. Throws WireError for what cannot be read, belongs to another fleet, or is not signed by its author. */
export async function openStatement(bytes: Uint8Array, fleet: FleetId, keys: Keys): Promise<Statement> {
  const { statement, signature } = readUncheckedStatement(bytes, fleet);
  if (!(await allHold([signature], keys))) throw new WireError(FORGED_STATEMENT);
  return statement;
}

export async function sealStatement(statement: OwnStatement, identity: Identity): Promise<Uint8Array> {
  const signedBytes = encodeStatement(statement);
  const signature = await identity.sign(statementMessage(signedBytes));
  return encodeSignedStatement({ signedBytes, signature });
}
