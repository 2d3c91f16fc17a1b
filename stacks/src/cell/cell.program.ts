import * as gcp from '@pulumi/gcp';
import type * as pulumi from '@pulumi/pulumi';
import { z } from 'zod';
import type { DesiredCertificate } from '../certificates/desired-certificate.js';
import { registerCertificate } from '../certificates/register-certificate.js';
import { managedZoneName } from '../platform/platform.program.js';
import { bigtableInput } from './bigtable.input.js';
import { computeBigtable } from './compute-bigtable.js';
import { computeCellCertificate } from './compute-cell-certificate.js';
import { computeHoldingPage } from './compute-holding-page.js';
import { computeSecurityPolicies, type DesiredSecurityPolicy } from './compute-security-policies.js';
import { computePriorityClasses } from './compute-priority-classes.js';
import { registerBigtable } from './register-bigtable.js';
import { registerObject } from '../kubernetes/constructors.js';
import type { KubernetesObject } from '../kubernetes/object.js';
import type { Program } from '../program.js';

const cellStackInput = z.strictObject({
  name: z.string().min(1),
  environment: z.enum(['development', 'staging', 'production']),
  domain: z.string().min(1),
  gcpProject: z.string().min(1),
  region: z.string().min(1),
  /** The limits of the plans there are, in requests a second and address. */
  rateLimits: z.array(z.int().positive()).default([]),
  bigtable: bigtableInput,
  /** Whether the record that proves control of the domain is this cell's: a domain of several cells has one. */
  provesDomain: z.boolean().default(true),
  /** Image of the page of suspended clients, with its digest. */
  holdingPageImage: z.string().regex(/@sha256:[0-9a-f]{64}$/, 'must be an image reference with its digest'),
});
export type CellStackInput = z.output<typeof cellStackInput>;

const gatewayNamespace = 'leasehold-system';
const gatewayName = 'edge';

/** Routes of tenants alone: only the control plane labels a namespace so. */
const allowedRoutes = {
  namespaces: {
    from: 'Selector',
    selector: { matchExpressions: [{ key: 'leasehold.dev/tenant', operator: 'Exists' }] },
  },
};

/** What the tenants of a cell share. Pure: equal input gives equal output. */
export function computeCell({
  name,
  environment,
  domain,
  gcpProject,
  region,
  bigtable,
  holdingPageImage,
  rateLimits,
}: CellStackInput) {
  const labels = { 'app.kubernetes.io/managed-by': 'leasehold', 'leasehold.dev/cell': name };
  const namespace: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: gatewayNamespace, labels },
  };
  const certificate = computeCellCertificate(name, gcpProject, domain);
  const gateway: KubernetesObject = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: {
      name: gatewayName,
      namespace: gatewayNamespace,
      labels,
      // https://cloud.google.com/kubernetes-engine/docs/how-to/secure-gateway#secure-using-certificate-manager
      annotations: { 'networking.gke.io/certmap': certificate.map },
    },
    spec: {
      gatewayClassName: 'gke-l7-global-external-managed',
      listeners: [
        { name: 'http', protocol: 'HTTP', port: 80, hostname: `*.${domain}`, allowedRoutes },
        // Names of the clients' own have no domain in common.
        { name: 'http-custom', protocol: 'HTTP', port: 80, allowedRoutes },
        { name: 'https', protocol: 'HTTPS', port: 443, hostname: `*.${domain}`, allowedRoutes },
        { name: 'https-custom', protocol: 'HTTPS', port: 443, allowedRoutes },
      ],
    },
  };
  // A bucket's name is global in Google Cloud, so it begins with the project's.
  const bucket = `${gcpProject}-${name}-branding`;
  const holding = { cell: name, environment, bucket, image: holdingPageImage };
  return {
    namespace,
    gateway,
    certificate,
    bigtable: computeBigtable(bigtable, { environment, project: gcpProject, region }),
    bucket,
    holdingPage: computeHoldingPage(holding),
    priorities: computePriorityClasses(labels),
    securityPolicies: computeSecurityPolicies(name, gcpProject, rateLimits),
  };
}

export const cellProgram: Program<CellStackInput> = {
  inputSchema: cellStackInput,
  run: (input) => {
    const desired = computeCell(input);
    const namespace = registerObject(desired.namespace, {});
    const map = registerCertificates(desired.certificate, input);
    registerObject(desired.gateway, { dependsOn: [namespace, map] });
    registerBigtable(desired.bigtable);
    for (const object of desired.priorities) registerObject(object, {});
    for (const object of desired.holdingPage) registerObject(object, { dependsOn: [namespace] });
    for (const { rules, ...policy } of desired.securityPolicies) registerSecurityPolicy(policy, rules);
    new gcp.storage.Bucket('branding', {
      name: desired.bucket,
      location: input.region,
      project: input.gcpProject,
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
    });
    return Promise.resolve({
      gatewayNamespace,
      gatewayName,
      bucket: desired.bucket,
      holdingPage: input.holdingPageImage,
      certificateMap: desired.certificate.map,
      bigtableInstance: desired.bigtable.instance.name,
      tables: desired.bigtable.tables.map(({ name }) => name),
      securityPolicies: desired.securityPolicies.map(({ name }) => name),
    });
  },
};

/** The map, and the certificate for the cell's domain with the record that proves who controls that: the zone is ours. */
function registerCertificates(
  certificate: DesiredCertificate,
  { domain, gcpProject: project, provesDomain }: CellStackInput,
): pulumi.Resource {
  const map = new gcp.certificatemanager.CertificateMap('edge', { name: certificate.map, project });
  const { name, data } = registerCertificate(certificate, [map]);
  if (!provesDomain) return map;
  new gcp.dns.RecordSet('certificate-proof', {
    name,
    type: 'CNAME',
    ttl: 300,
    rrdatas: [data],
    managedZone: managedZoneName(domain),
    project,
  });
  return map;
}

function registerSecurityPolicy(
  policy: Omit<DesiredSecurityPolicy, 'rules'>,
  rules: DesiredSecurityPolicy['rules'],
): void {
  new gcp.compute.SecurityPolicy(policy.name, {
    ...policy,
    type: 'CLOUD_ARMOR',
    rules: rules.map(({ match, ...rule }) => ({
      ...rule,
      match: { ...match, config: { srcIpRanges: [...match.config.srcIpRanges] } },
    })),
  });
}
