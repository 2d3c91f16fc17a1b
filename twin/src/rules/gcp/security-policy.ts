import { at, listAt, type JsonObject } from '../../inventory/json.js';
import { resourceTypes } from '../../inventory/resource-types.js';
import { integer, list, object, oneOf, text, type Report, type TextRule } from '../shape/shape.js';
import type { TypeRule } from '../type-rule.js';
import { knownTexts, project, withProject } from './cloud-rule.js';

// cloud.google.com/compute/docs/reference/rest/v1/securityPolicies, and cloud.google.com/armor/docs/rate-limiting-overview

const policyName: TextRule = (value) =>
  /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value)
    ? undefined
    : 'must be 1 to 63 lower-case letters, digits and "-", start with a letter and end with a letter or digit';
const action: TextRule = (value) =>
  /^(allow|throttle|rate_based_ban|redirect|deny\((403|404|429|502)\))$/.test(value)
    ? undefined
    : 'must be allow, throttle, rate_based_ban, redirect or deny(403|404|429|502)';
const lastPriority = 2_147_483_647;
/** Seconds that a rate may be counted over. */
const intervals = [10, 30, 60, 120, 180, 240, 300, 600, 900, 1_200, 1_800, 2_700, 3_600];

const threshold = object(
  { count: integer(1, 1_000_000), intervalSec: integer(10, 3_600) },
  {},
  (value, path, report) => {
    const seconds = at(value, 'intervalSec');
    if (typeof seconds === 'number' && !intervals.includes(seconds))
      report(`${path}.intervalSec`, `must be one of ${intervals.join(', ')}`);
  },
);
const rateLimitOptions = object(
  { conformAction: oneOf('allow'), exceedAction: text(action), rateLimitThreshold: threshold },
  {
    enforceOnKey: oneOf(
      'ALL',
      'IP',
      'XFF_IP',
      'HTTP_HEADER',
      'HTTP_COOKIE',
      'HTTP_PATH',
      'SNI',
      'REGION_CODE',
    ),
  },
);
const match = object({
  versionedExpr: oneOf('SRC_IPS_V1'),
  config: object({ srcIpRanges: list(text(), { min: 1, max: 10 }) }),
});
const securityRule = object(
  { action: text(action), priority: integer(0, lastPriority), match },
  { description: text(), rateLimitOptions },
  (value, path, report) => {
    const limits = at(value, 'action') === 'throttle' || at(value, 'action') === 'rate_based_ban';
    if (limits !== Object.hasOwn(value, 'rateLimitOptions'))
      report(
        `${path}.rateLimitOptions`,
        limits ? 'is required for this action' : 'does not belong to this action',
      );
  },
);

function checkRules(value: JsonObject, _path: string, report: Report): void {
  const priorities = listAt(value, 'rules').map((rule) => at(rule, 'priority'));
  if (priorities.length > 0 && !priorities.includes(lastPriority))
    report('rules', `must have a default rule of priority ${String(lastPriority)}`);
  if (new Set(priorities).size !== priorities.length) report('rules', 'must not repeat a priority');
}

/** compute.SecurityPolicy (Cloud Armor). */
export const rule: TypeRule = {
  token: resourceTypes.securityPolicy,
  provider: 'gcp',
  shape: object(
    { name: text(policyName), project },
    { description: text(), type: oneOf('CLOUD_ARMOR'), rules: list(securityRule, { min: 1, max: 200 }) },
    checkRules,
  ),
  immutable: ['name', 'project', 'type'],
  defaults: withProject,
  identity: (inputs) => {
    const [projectId, name] = knownTexts(inputs, 'project', 'name') ?? [];
    if (projectId === undefined || name === undefined) return undefined;
    return { scope: projectId, name, externalId: `projects/${projectId}/global/securityPolicies/${name}` };
  },
  references: () => [],
  outputs: ({ spec, generation, externalId }) => ({
    ...spec,
    selfLink: `https://www.googleapis.com/compute/v1/${externalId}`,
    fingerprint: Buffer.from(String(generation)).toString('base64'),
  }),
  computed: ['selfLink', 'fingerprint'],
};
