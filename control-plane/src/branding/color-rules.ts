import { AppError, type FieldError } from '../platform/app-error.js';
import type { BrandingColors } from './branding.schema.js';
import { contrast } from './contrast.js';
import { nearestReadable } from './nearest-color.js';

/**
 * WCAG 2.2 AA. Text and links need 4.5 to 1 (1.4.3); the primary colour is that of buttons and of large numbers, which
 * need 3 to 1 (1.4.11, 1.4.3). On the primary colour itself the page writes in black or white, of which one always passes.
 */
const rules = [
  { field: 'text', least: 4.5 },
  { field: 'accent', least: 4.5 },
  { field: 'primary', least: 3 },
] as const;

/** What of the colours cannot be read on the background: measured, with the nearest colour that can. */
export function unreadableColors(colors: BrandingColors): FieldError[] {
  return rules.flatMap(({ field, least }) => {
    const colour = colors[field];
    if (colour === undefined) return [];
    const measured = contrast(colour, colors.background);
    if (measured >= least) return [];
    const nearest = nearestReadable(colour, colors.background, least);
    return [
      {
        pointer: `/colors/${field}`,
        message: `has a contrast of ${rounded(measured)}:1 on the background ${colors.background}; it takes ${least}:1, and ${nearest} is the nearest colour that has it`,
      },
    ];
  });
}

/** Down, so that what is too low never looks like enough. */
function rounded(ratio: number): string {
  return (Math.floor(ratio * 100) / 100).toFixed(2);
}

/** @throws AppError `contrast_too_low` @param at where in the request's body the branding is */
export function requireReadable(colors: BrandingColors, at = ''): void {
  const errors = unreadableColors(colors).map(({ pointer, message }) => ({ pointer: at + pointer, message }));
  if (errors.length === 0) return;
  throw new AppError('not_allowed', 'contrast_too_low', {
    publicMessage: `Some people could not read these colours (WCAG AA): ${errors.map(({ pointer, message }) => `${pointer} ${message}`).join('; ')}.`,
    errors,
  });
}
