import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completion, RemoteService } from '../testing/remote-service.js';
import { GeneratorError } from './generator.js';
import { OpenAiGenerator } from './openai-generator.js';

let provider: RemoteService;
let folder: string;

beforeAll(async () => {
  provider = await RemoteService.start();
  folder = await mkdtemp(join(tmpdir(), 'lh-ai-'));
  await writeFile(join(folder, 'AI_API_KEY'), 'sk-secret\n');
});
afterAll(async () => {
  await provider[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const topic = { query: 'tea', place: { name: 'Paris', country: 'France', precision: 'city' } };
const generator = (timeoutMs = 5_000): OpenAiGenerator =>
  new OpenAiGenerator({
    baseUrl: `${provider.url}/v1/`,
    model: 'model-1',
    keyFile: join(folder, 'AI_API_KEY'),
    timeoutMs,
  });

describe('an attached AI provider', () => {
  it('is asked as OpenAI is, with the key from its file, and the topic as data', async () => {
    provider.answer = () => completion('  TEA?\nCOFFEE.  ');
    expect(await generator().generate(topic)).toEqual({ text: 'TEA?\nCOFFEE.', generator: 'model-1' });
    const seen = provider.seen.at(-1)!;
    expect([seen.url, seen.headers.authorization]).toEqual(['/v1/chat/completions', 'Bearer sk-secret']);
    expect(JSON.parse(seen.body)).toMatchObject({
      model: 'model-1',
      messages: [{ role: 'system' }, { role: 'user', content: '{"topic":"tea","place":"Paris"}' }],
    });
  });

  it.each([
    ['an error', () => ({ status: 500, body: '{}' })],
    ['too many requests', () => ({ status: 429, body: '{}' })],
    ['something that is not JSON', () => ({ body: '<html>' })],
    ['no choice', () => ({ body: '{"choices":[]}' })],
    ['another document', () => ({ body: '{"meme":"x"}' })],
    ['nothing', () => completion('   ')],
    ['no content', () => completion(null)],
    ['a refusal', () => completion(null, { refusal: 'I cannot.' })],
    ['a redirect', () => ({ status: 302, headers: { location: '/elsewhere' }, body: '' })],
    ['more than is read', () => completion('x'.repeat(300_000))],
  ])('that answers %s has made no meme', async (_, answer) => {
    provider.answer = answer;
    await expect(generator().generate(topic)).rejects.toThrow(GeneratorError);
  });

  it('that does not answer in time has made no meme', async () => {
    provider.answer = () => undefined;
    await expect(generator(100).generate(topic)).rejects.toThrow(GeneratorError);
  });

  it('cannot make a meme that is too long to keep', async () => {
    provider.answer = () => completion('x'.repeat(10_000));
    expect((await generator().generate(topic)).text).toHaveLength(500);
  });
});
