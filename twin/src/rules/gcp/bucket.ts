import { resourceTypes } from '../../inventory/resource-types.js';
import { textAt, type JsonObject } from '../../inventory/json.js';
import { flag, filledText, integer, list, object, oneOf, text, type TextRule } from '../shape/shape.js';
import type { TypeRule } from '../type-rule.js';
import { cloudLabels, knownTexts, project, providerFields, withProject } from './cloud-rule.js';

/** cloud.google.com/storage/docs/buckets#naming */
const bucketName: TextRule = (value) => {
  const parts = value.split('.');
  const shaped =
    /^[a-z0-9][-_.a-z0-9]*[a-z0-9]$/.test(value) &&
    value.length >= 3 &&
    value.length <= (parts.length > 1 ? 222 : 63);
  if (!shaped || parts.some((part) => part === '' || part.length > 63)) {
    return 'must be 3 to 63 lower-case letters, digits, "-", "_" and ".", with a letter or digit at both ends';
  }
  if (/^\d+(\.\d+){3}$/.test(value)) return 'must not look like an address';
  return /^goog|google|g00gle/.test(value) ? 'must not start with "goog" or contain "google"' : undefined;
};

const lifecycleRule = object({
  action: object({ type: oneOf('Delete', 'AbortIncompleteMultipartUpload') }),
  condition: object(
    {},
    { age: integer(0), numNewerVersions: integer(0), withState: oneOf('LIVE', 'ARCHIVED', 'ANY') },
  ),
});

/** storage.Bucket. Names are global: a bucket belongs to no scope. */
export const rule: TypeRule = {
  token: resourceTypes.bucket,
  provider: 'gcp',
  shape: object(
    { name: text(bucketName), location: filledText, project },
    {
      storageClass: oneOf('STANDARD', 'NEARLINE', 'COLDLINE', 'ARCHIVE'),
      uniformBucketLevelAccess: flag,
      publicAccessPrevention: oneOf('inherited', 'enforced'),
      forceDestroy: flag,
      labels: cloudLabels,
      versioning: object({ enabled: flag }),
      lifecycleRules: list(lifecycleRule, { max: 100 }),
      softDeletePolicy: object({}, { retentionDurationSeconds: integer(0, 7_776_000) }),
      cors: list(
        object(
          {},
          {
            origins: list(filledText),
            methods: list(filledText),
            responseHeaders: list(filledText),
            maxAgeSeconds: integer(0),
          },
        ),
      ),
      hierarchicalNamespace: object({ enabled: flag }),
      ...providerFields,
    },
  ),
  immutable: ['name', 'location', 'project', 'hierarchicalNamespace'],
  defaults: (inputs, context) =>
    withProject({ storageClass: 'STANDARD', ...inputs, ...location(inputs) }, context),
  identity: (inputs) => {
    const [name] = knownTexts(inputs, 'name') ?? [];
    return name === undefined ? undefined : { scope: '', name, externalId: name };
  },
  references: () => [],
  outputs: ({ name, spec, createdAt, updatedAt }) => ({
    uniformBucketLevelAccess: false,
    publicAccessPrevention: 'inherited',
    ...spec,
    url: `gs://${name}`,
    selfLink: `https://www.googleapis.com/storage/v1/b/${name}`,
    timeCreated: createdAt.toISOString(),
    updated: updatedAt.toISOString(),
    effectiveLabels: spec['labels'] ?? {},
    pulumiLabels: spec['labels'] ?? {},
  }),
  computed: ['url', 'selfLink', 'timeCreated', 'updated'],
};

/** The service answers locations in capitals; so they are kept, and no difference is seen later. */
function location(inputs: JsonObject): JsonObject {
  const given = textAt(inputs, 'location');
  return given === undefined ? {} : { location: given.toUpperCase() };
}
