import { contrast, fromLinearRgb, linearRgb } from './contrast.js';

/** Lightness, green to red, blue to yellow: https://bottosson.github.io/posts/oklab/ */
interface Oklab {
  readonly l: number;
  readonly a: number;
  readonly b: number;
}

const steps = 512;

/**
 * The colour nearest to one, of the same hue, whose contrast on a background is at least `least`: only its lightness
 * changes, by as little as possible. Black or white when no other does.
 */
export function nearestReadable(colour: string, background: string, least: number): string {
  if (contrast(colour, background) >= least) return colour;
  const { l, a, b } = toOklab(colour);
  for (let step = 1; step <= steps; step += 1) {
    const candidates = [l - step / steps, l + step / steps]
      .filter((lightness) => lightness >= 0 && lightness <= 1)
      .map((lightness) => fromOklab({ l: lightness, a, b }));
    const passing = candidates.find((candidate) => contrast(candidate, background) >= least);
    if (passing !== undefined) return passing;
  }
  return contrast('#000000', background) >= contrast('#ffffff', background) ? '#000000' : '#ffffff';
}

function toOklab(colour: string): Oklab {
  const [red, green, blue] = linearRgb(colour);
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return {
    l: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    a: 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    b: 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  };
}

function fromOklab({ l: lightness, a, b }: Oklab): string {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return fromLinearRgb([
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]);
}
