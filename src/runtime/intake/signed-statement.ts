import { bytesOfId, type FleetId } from '../../core/wire/encoding/ids.ts';
import { WireError } from '../../core/wire/encoding/refusal.ts';
import {
  decodeSignedStatement,
  decodeStatement,
  encodeSignedStatement,
  encodeStatement,
  type OwnStatement,
  type Statement,
  statementMessage,
} from '../../core/wire/statement/statement.ts';
import type { Identity, Keys } from '../../ports/keys.ts';

/**
 * Opens a statement from anywhere: undefined when it is not wanted, which costs no signature check. Throws WireError for what cannot
 * be read, belongs to another fleet, or is not signed by its author.
 */
export async function openStatement(
  bytes: Uint8Array,
  fleet: FleetId,
  keys: Keys,
  isWanted: (statement: Statement) => boolean,
): Promise<Statement | undefined> {
  const { signedBytes, signature } = decodeSignedStatement(bytes);
  const statement = decodeStatement(signedBytes);
  if (statement.fleet !== fleet) throw new WireError('a statement belongs to another fleet');
  if (!isWanted(statement)) return undefined;
  if (!(await keys.verify(bytesOfId(statement.author), statementMessage(signedBytes), signature)))
    throw new WireError("a statement's signature does not hold: it was changed, or signed by another key");
  return statement;
}

export async function sealStatement(statement: OwnStatement, identity: Identity): Promise<Uint8Array> {
  const signedBytes = encodeStatement(statement);
  const signature = await identity.sign(statementMessage(signedBytes));
  return encodeSignedStatement({ signedBytes, signature });
}
