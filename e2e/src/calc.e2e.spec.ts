import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Product, repository, until } from '@leasehold/product-harness';
import { CalcClient } from '@leasehold/template-calc/testing';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const executablePath = process.env['CHROMIUM_PATH'];

let product: Product;
beforeAll(async () => {
  product = await Product.create();
  await product.start();
  const api = await product.api();
  await api.onboard({ slug: 'calc1', displayName: 'Calc One', template: 'calc', plan: 'free' });
});
afterAll(() => product.remove());

const edge = (): string => `127.0.0.1:${product.ports.edge}`;
const post = (path: string, body: object) => product.client('calc1.localhost').post(path, body);
const open = (service?: 'Calc' | 'CalcEvents', authority = 'calc1.localhost'): CalcClient =>
  CalcClient.open(edge(), service, { 'grpc.default_authority': `${authority}:${product.ports.edge}` });

describe('a calculator under its own name', () => {
  test('answers gRPC calls and their errors through the edge', async () => {
    using client = open();
    expect(await client.call('Add', { a: '2', b: '5' })).toEqual({ answer: { sum: '7' } });
    expect(await client.call('NthPrimes', { n: ['10001'] })).toEqual({ answer: { nthPrimes: ['104743'] } });
    const end = await client.call('Add', { a: '9223372036854775807', b: '1' });
    expect(end).toEqual({ code: 11, details: '9223372036854775807 + 1' });
    using stranger = open('Calc', 'nobody.localhost');
    expect(await stranger.call('Add', { a: '2', b: '5' })).toMatchObject({ code: 12 });
  });

  test('answers over HTTP/JSON beside it', async () => {
    const answer = await post('/v1/calc/np', { n: ['2', '12'] });
    expect(answer).toMatchObject({ status: 200, body: '{"nthPrimes":["3","37"]}' });
  });

  test('streams its log through the edge, to the end and on', async () => {
    using client = open('CalcEvents');
    const { body } = await post('/v1/commands', { command: 'max', parameters: { a: '2', b: '5' } });
    const { id } = JSON.parse(body) as { id: string };
    const after = String(Number(id) - 1);
    expect(await client.take('Subscribe', { after }, 1)).toMatchObject([
      { sequence: id, command: { command: 'max' } },
    ]);
    const [result] = await client.take('Subscribe', { after: id, topic: 'TOPIC_RESULTS' }, 1);
    expect(result).toMatchObject({ result: { command_id: id, result_json: '{"max":"5"}' } });
  });

  test('takes leasehold-calc', async () => {
    const cli = spawn(process.execPath, [
      join(repository, 'packages/calc-cli/dist/main.js'),
      'connect',
      `calc1.localhost:${product.ports.edge}`,
    ]);
    let said = '';
    cli.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    cli.stdin.end('add 2 5\nnp 2 12\nexit\n');
    await until('the end of leasehold-calc', () => cli.exitCode !== null, {
      deadlineMs: 60_000,
      explain: () => said,
    });
    expect(said).toBe('calc> 7\ncalc> 3 37\ncalc> ');
  });

  test.runIf(executablePath)('lets a person in a browser calculate, and see the log live', async () => {
    const browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
    });
    try {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(`http://calc1.localhost:${product.ports.edge}/`);
      await page.getByText('Live:').waitFor();
      await page.getByLabel('a', { exact: true }).fill('9223372036854775806');
      await page.getByLabel('b', { exact: true }).fill('1');
      await page.getByRole('button', { name: 'Calculate' }).click();
      await page.locator('output', { hasText: '9223372036854775807' }).waitFor();
      await page.getByRole('listitem').filter({ hasText: 'add 9223372036854775806 1' }).waitFor();
      await page.getByRole('listitem').filter({ hasText: '= 9223372036854775807' }).waitFor();
      await page.getByLabel('b', { exact: true }).fill('2');
      await page.getByRole('button', { name: 'Calculate' }).click();
      await page.getByText('9223372036854775806 + 2').first().waitFor();
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
