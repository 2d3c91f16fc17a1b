import { resourceTypes } from '../../inventory/resource-types.js';
import { filledText, object, oneOf } from '../shape/shape.js';
import { objectRule } from './object-rule.js';

// cloud.google.com/secret-manager/docs/secret-manager-managed-csi-component: the driver of GKE has the provider `gke`.

/** secrets-store.csi.x-k8s.io/v1 SecretProviderClass: which secrets a volume shows, by name. */
export const rule = objectRule({
  token: resourceTypes.secretProviderClass,
  required: { spec: object({ provider: oneOf('gke'), parameters: object({ secrets: filledText }) }) },
});
