import { labelKey } from '../shape/names.js';
import { filledText, integer, list, object, oneOf, text, type Shape } from '../shape/shape.js';
import { labelSelector } from './label-selector.js';

const nodeRequirement = object(
  { key: filledText, operator: oneOf('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt') },
  { values: list(text()) },
);
const nodeTerm = object({}, { matchExpressions: list(nodeRequirement), matchFields: list(nodeRequirement) });
const podTerm = object(
  { topologyKey: text(labelKey) },
  {
    labelSelector,
    namespaces: list(filledText),
    namespaceSelector: labelSelector,
    matchLabelKeys: list(text(labelKey)),
  },
);
const weight = integer(1, 100);
const podRules = object(
  {},
  {
    requiredDuringSchedulingIgnoredDuringExecution: list(podTerm),
    preferredDuringSchedulingIgnoredDuringExecution: list(object({ weight, podAffinityTerm: podTerm })),
  },
);

/** Affinity of a pod (core/v1). */
export const affinity: Shape = object(
  {},
  {
    nodeAffinity: object(
      {},
      {
        requiredDuringSchedulingIgnoredDuringExecution: object({
          nodeSelectorTerms: list(nodeTerm, { min: 1 }),
        }),
        preferredDuringSchedulingIgnoredDuringExecution: list(object({ weight, preference: nodeTerm })),
      },
    ),
    podAffinity: podRules,
    podAntiAffinity: podRules,
  },
);
