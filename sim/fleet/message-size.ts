import { encodeCbor } from '../../src/core/wire/encoding/cbor.ts';
import { type OverlayMessage, overlayFields } from '../../src/core/wire/link/overlay.ts';

/**
 * How many bytes the message takes on the wire. Messages of one shape take the same but for small numbers in them, so each shape is
 * encoded once: a simulation sends many millions.
 */
export function sizeOfMessage(message: OverlayMessage): number {
  const shape = shapeOf(message);
  const known = sizes.get(shape);
  if (known !== undefined) return known;
  const sizeBytes = encodeCbor(overlayFields(message)).length;
  sizes.set(shape, sizeBytes);
  return sizeBytes;
}

const sizes = new Map<string, number>();

function shapeOf(message: OverlayMessage): string {
  switch (message.type) {
    case 'shuffle':
    case 'shuffle-reply':
      return `${message.type} ${message.path.length} ${message.nodes.length}`;
    case 'active-view':
      return `${message.type} ${message.nodes.length}`;
    case 'subscribe':
      return `${message.type} ${message.topics === 'all' ? message.topics : message.topics.join()} ${message.relays.join()}`;
    case 'ihave':
      return `${message.type} ${message.topic} ${message.items.length} ${message.items.filter(({ entrance }) => entrance !== undefined).length}`;
    case 'ihave-brief':
      return `${message.type} ${message.topic} ${message.items.length}`;
    case 'graft-brief':
      return `${message.type} ${message.topic} ${message.names.length}`;
    case 'graft':
      return `${message.type} ${message.topic} ${message.items.length}`;
    case 'join-topic':
    case 'prune':
      return `${message.type} ${message.topic}`;
    case 'signal':
      return `${message.type} ${message.path.length} ${message.signal.length}`;
    default:
      return message.type;
  }
}

/** Stands for the message's type in a trace. */
export const CODE_OF_MESSAGE: Readonly<Record<OverlayMessage['type'], number>> = {
  join: 1,
  'forward-join': 2,
  neighbor: 3,
  'neighbor-answer': 4,
  disconnect: 5,
  shuffle: 6,
  'shuffle-reply': 7,
  'active-view': 8,
  subscribe: 9,
  ihave: 10,
  graft: 11,
  prune: 12,
  signal: 13,
  'join-topic': 14,
  'ihave-brief': 15,
  'graft-brief': 16,
};
