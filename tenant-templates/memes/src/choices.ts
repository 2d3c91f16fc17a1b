/** Which generators and which geocoder the parameters choose. */
import { join } from 'node:path';
import { CannedGenerator } from './generators/canned-generator.js';
import type { MemeGenerator, MemeType } from './generators/generator.js';
import { OpenAiGenerator } from './generators/openai-generator.js';
import { TextGenerator } from './generators/text-generator.js';
import { CachingGeocoder } from './geocoding/caching-geocoder.js';
import { Gazetteer } from './geocoding/gazetteer.js';
import { HttpGeocoder } from './geocoding/http-geocoder.js';
import type { Offer } from './memes/meme-service.js';
import type { MemesParameters } from './parameters.js';

const hourMs = 60 * 60 * 1000;
const cache = {
  maxEntries: 10_000,
  ttlMs: 24 * hourMs,
  negativeTtlMs: hourMs,
  failureTtlMs: 10_000,
  maxInFlight: 64,
  now: () => performance.now(),
};

/** What callers get, by the type of meme. */
export function offersOf(
  parameters: MemesParameters,
  secretsDir: string | undefined,
): Readonly<Record<MemeType, Offer>> {
  const { textPrice, aiPrice, aiFallback } = parameters;
  const text: Offer = { type: 'text', generator: new TextGenerator(Math.random), price: textPrice };
  const generator = aiGenerator(parameters, secretsDir);
  const ai: Offer = { type: 'ai', generator, price: aiPrice };
  return { text, ai: aiFallback === 'text' ? { ...ai, fallback: text } : ai };
}

export function geocoderOf({
  geocoderUrl: url,
  geocoderTimeoutMs: timeoutMs,
}: MemesParameters): CachingGeocoder {
  return new CachingGeocoder(
    url === undefined ? new Gazetteer() : new HttpGeocoder({ url, timeoutMs }),
    cache,
  );
}

function aiGenerator(
  { aiBaseUrl: baseUrl, aiModel: model, aiTimeoutMs: timeoutMs }: MemesParameters,
  secretsDir: string | undefined,
): MemeGenerator {
  if (baseUrl === undefined || model === undefined) return new CannedGenerator(Math.random);
  const keyFile = secretsDir === undefined ? undefined : join(secretsDir, 'AI_API_KEY');
  return new OpenAiGenerator({ baseUrl, model, timeoutMs, keyFile });
}
