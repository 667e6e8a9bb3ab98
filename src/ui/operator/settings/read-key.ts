import { fromBase64Url, idFromBytes, type NodeId } from '../../../core/wire/encoding/ids.ts';

/** The key that a person typed or pasted; undefined when it is none. */
export function readKey(text: string): NodeId | undefined {
  const bytes = fromBase64Url(text.trim());
  return bytes?.length === 32 ? idFromBytes<NodeId>(bytes) : undefined;
}
