import type { TextRule } from '../shape/shape.js';

/** cloud.google.com/iam/docs/principal-identifiers */
export const member: TextRule = (value) => {
  const named = /^(user|group|serviceAccount):[^@\s]+@[^@\s]+$/;
  const others = /^(allUsers|allAuthenticatedUsers|domain:[^\s@]+|project(Owner|Editor|Viewer):[^\s:]+)$/;
  const federated =
    /^principal(Set)?:\/\/iam\.googleapis\.com\/(projects\/\d+\/locations\/global\/workloadIdentityPools|locations\/global\/workforcePools)\/[^/\s]+\/\S+$/;
  return [named, others, federated].some((form) => form.test(value))
    ? undefined
    : 'must be a principal such as user:name@host or principal://iam.googleapis.com/projects/...';
};

/** cloud.google.com/iam/docs/roles-overview */
export const role: TextRule = (value) =>
  /^(roles|projects\/[-a-z0-9]+\/roles|organizations\/\d+\/roles)\/[\w.]+$/.test(value)
    ? undefined
    : 'must be a role such as roles/storage.objectViewer';
