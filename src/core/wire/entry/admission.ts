import { bytesOfId, type NodeId } from '../encoding/ids.ts';
import { LABEL_BOUNDS } from '../encoding/limits.ts';
import { type CborMap, readable, readId, readName, readTexts } from '../encoding/shape.ts';
import { FOLDERS } from './folders.ts';

/** Body of an `admit` entry, at /devices/<key>. */
export interface AdmissionBody {
  readonly device: NodeId;
  readonly name: string;
  readonly site: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Throws WireError for what readAdmissionBody would refuse. */
export function admissionBody({ device, name, site, labels }: AdmissionBody): CborMap {
  return readable<CborMap>({ key: bytesOfId(device), name, site, labels }, readAdmissionBody);
}

export function readAdmissionBody(body: CborMap): AdmissionBody {
  return {
    device: readId<NodeId>(body.key, "the device's key"),
    name: readName(body.name, "the device's name", 100),
    site: readName(body.site, "the device's site", 100),
    labels: readTexts(body.labels, 'labels', LABEL_BOUNDS),
  };
}

export function admissionPath(device: NodeId): string {
  return `${FOLDERS.devices}/${device}`;
}

/** Whose admission stands at the path; undefined where none can. */
export function admittedAt(path: string): NodeId | undefined {
  const folder = `${FOLDERS.devices}/`;
  return path.startsWith(folder) ? (path.slice(folder.length) as NodeId) : undefined;
}
