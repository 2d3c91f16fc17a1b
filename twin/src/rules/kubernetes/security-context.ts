import { filledText, flag, integer, list, object, oneOf, type Shape } from '../shape/shape.js';

const seccompProfile = object(
  { type: oneOf('RuntimeDefault', 'Unconfined', 'Localhost') },
  { localhostProfile: filledText },
);
const appArmorProfile = object(
  { type: oneOf('RuntimeDefault', 'Unconfined', 'Localhost') },
  { localhostProfile: filledText },
);
const seLinuxOptions = object(
  {},
  { level: filledText, role: filledText, type: filledText, user: filledText },
);
const identity = { runAsUser: integer(0), runAsGroup: integer(0), runAsNonRoot: flag };

/** SecurityContext of a container (core/v1). */
export const containerSecurityContext: Shape = object(
  {},
  {
    ...identity,
    seccompProfile,
    appArmorProfile,
    seLinuxOptions,
    allowPrivilegeEscalation: flag,
    privileged: flag,
    procMount: oneOf('Default', 'Unmasked'),
    readOnlyRootFilesystem: flag,
    capabilities: object({}, { add: list(filledText), drop: list(filledText) }),
  },
);

/** PodSecurityContext (core/v1). */
export const podSecurityContext: Shape = object(
  {},
  {
    ...identity,
    seccompProfile,
    appArmorProfile,
    seLinuxOptions,
    fsGroup: integer(0),
    fsGroupChangePolicy: oneOf('OnRootMismatch', 'Always'),
    supplementalGroups: list(integer(0)),
    supplementalGroupsPolicy: oneOf('Merge', 'Strict'),
    sysctls: list(object({ name: filledText, value: filledText })),
  },
);
