import type { SvgAttack } from './svg/attack.js';
import { documents } from './svg/documents.js';
import { animations, embedded } from './svg/embedded.js';
import { references } from './svg/references.js';
import { handlers, scripts } from './svg/scripts.js';
import { css } from './svg/styles.js';

/**
 * What has been tried against readers of SVG, one file each. `harmless`: taken, and nothing of the attack is left;
 * `refused`: not taken at all. Sources: OWASP's cheat sheet, cure53's H5SC, PayloadsAllTheThings, reports against
 * sanitisers; and drawing programs' own habits as the counterpart (`plain-files.ts`).
 */
export const svgAttacks: readonly SvgAttack[] = [
  ...scripts,
  ...handlers,
  ...embedded,
  ...references,
  ...animations,
  ...css,
  ...documents,
];
