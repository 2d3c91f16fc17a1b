import { configKey, dnsLabel, dnsSubdomain } from '../shape/names.js';
import { quantity } from '../shape/quantity.js';
import {
  exactlyOne,
  filledText,
  flag,
  integer,
  list,
  map,
  object,
  oneOf,
  text,
  type Shape,
  type TextRule,
} from '../shape/shape.js';

const relativePath: TextRule = (value) =>
  value !== '' && !value.startsWith('/') && !value.split('/').includes('..')
    ? undefined
    : 'must be a relative path without ".."';

const mode = integer(0, 0o777);
const items = list(object({ key: text(configKey), path: text(relativePath) }, { mode }));
const fieldRef = object({ fieldPath: filledText }, { apiVersion: filledText });
const resourceFieldRef = object({ resource: filledText }, { containerName: filledText, divisor: quantity });
const downward = list(object({ path: text(relativePath) }, { fieldRef, resourceFieldRef, mode }));

const name = text(dnsSubdomain);
const projections = {
  configMap: object({ name }, { items, optional: flag }),
  secret: object({ name }, { items, optional: flag }),
  downwardAPI: object({}, { items: downward }),
  // At least ten minutes (kubernetes.io/docs/concepts/storage/projected-volumes).
  serviceAccountToken: object(
    { path: text(relativePath) },
    { audience: filledText, expirationSeconds: integer(600, 2 ** 32) },
  ),
};
const projection = object({}, projections, (value, path, report) =>
  exactlyOne(value, Object.keys(projections), path, report),
);

const sources = {
  emptyDir: object({}, { medium: oneOf('', 'Memory'), sizeLimit: quantity }),
  configMap: object({ name }, { items, optional: flag, defaultMode: mode }),
  secret: object({ secretName: name }, { items, optional: flag, defaultMode: mode }),
  downwardAPI: object({}, { items: downward, defaultMode: mode }),
  projected: object({ sources: list(projection, { min: 1 }) }, { defaultMode: mode }),
  hostPath: object({ path: filledText }, { type: text() }),
  csi: object(
    { driver: filledText },
    { readOnly: flag, fsType: text(), volumeAttributes: map(text(), configKey) },
  ),
  persistentVolumeClaim: object({ claimName: name }, { readOnly: flag }),
};

/** A volume of a pod: the sources that the twin knows of. */
export const volume: Shape = object({ name: text(dnsLabel) }, sources, (value, path, report) =>
  exactlyOne(value, Object.keys(sources), path, report),
);

/** Where a container sees a volume. */
export const volumeMount: Shape = object(
  { name: text(dnsLabel), mountPath: filledText },
  {
    readOnly: flag,
    subPath: text(relativePath),
    subPathExpr: filledText,
    mountPropagation: filledText,
    recursiveReadOnly: filledText,
  },
);
