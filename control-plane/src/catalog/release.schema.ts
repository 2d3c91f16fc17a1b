import { z } from 'zod';
import { oneLine } from '../platform/http/text-schema.js';
import { catalogName } from './catalog-name.js';

export const newTemplateBody = z
  .strictObject({
    name: catalogName,
    displayName: oneLine(100),
    description: oneLine(500).default('No description.'),
  })
  .meta({ id: 'NewTemplate' });
export type NewTemplate = z.output<typeof newTemplateBody>;

const flag = z.object({
  name: z.string(),
  owner: z.string().describe('Who decides when the flag goes.'),
  lastDay: z.iso.date().describe('The last day (UTC) on which a release may be built with it.'),
  default: z.boolean(),
  expired: z.boolean().describe('Its last day is over: the next build fails until it is gone.'),
});

export const templateSchema = z
  .object({
    name: z.string(),
    displayName: z.string(),
    description: z.string(),
    latestRelease: z.string().nullable(),
    flags: z.array(flag).describe('Feature flags of the latest release.'),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Template' });
export type TemplateView = z.output<typeof templateSchema>;

/** Semantic version, build metadata allowed: https://semver.org */
const version = z
  .string()
  .max(64)
  .regex(
    /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/,
    'must be a semantic version such as 1.4.0',
  );

export const newReleaseBody = z
  .strictObject({
    version,
    image: z
      .string()
      .max(300)
      .regex(/^[\w./:-]+@sha256:[0-9a-f]{64}$/, 'must be an image reference with its digest (…@sha256:…)'),
    manifest: z.record(z.string(), z.unknown()).describe('The template.json of the image.'),
  })
  .meta({ id: 'NewRelease' });
export type NewRelease = z.output<typeof newReleaseBody>;

export const releaseSchema = z
  .object({
    id: z.string(),
    template: z.string(),
    version: z.string(),
    image: z.string(),
    chartDigest: z.string(),
    manifest: z.record(z.string(), z.unknown()),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Release' });
export type ReleaseView = z.output<typeof releaseSchema>;
