import { createServer, type Server } from 'node:http';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { svgAttacks } from '../testing/svg-attacks.js';
import { sanitizeSvg } from './sanitize-svg.js';

const executablePath = process.env['CHROMIUM_PATH'];

/** What a browser did with a file beside showing it. */
interface Trace {
  readonly asked: string[];
  readonly dialogs: string[];
  ran: boolean;
}

/**
 * Each file is opened as a page of its own, put into a page as an image, and written into a page as markup: without any
 * policy of content, so that the sanitiser alone stands between the file and the visitor.
 */
describe.runIf(executablePath)('in a real browser', () => {
  let browser: Browser;
  let server: Server;
  let base: string;
  const files = new Map<string, { type: string; body: Uint8Array | string }>();

  beforeAll(async () => {
    server = createServer((request, answer) => {
      const file = files.get(request.url ?? '');
      answer.writeHead(file ? 200 : 404, { 'content-type': file?.type ?? 'text/plain' }).end(file?.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The server of files has no port.');
    base = `http://127.0.0.1:${address.port}`;
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
  });
  afterAll(async () => {
    await browser.close();
    server.close();
  });

  async function watched(): Promise<{ page: Page; trace: Trace }> {
    const page = await browser.newPage();
    const trace: Trace = { asked: [], dialogs: [], ran: false };
    page.on('dialog', (dialog) => {
      trace.dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await page.route('**', async (route) => {
      const url = route.request().url();
      if (files.has(new URL(url).pathname) && url.startsWith(base)) return route.continue();
      trace.asked.push(url);
      return route.abort();
    });
    return { page, trace };
  }

  async function open(page: Page, trace: Trace, path: string): Promise<void> {
    await page.goto(base + path, { waitUntil: 'load' });
    // Handlers wait for the visitor: move over the picture, click on it.
    await page.mouse.move(20, 20);
    await page.mouse.click(30, 30);
    trace.ran ||= await page.evaluate('window.ran === 1 || document.title === "ran"').then(Boolean);
  }

  function serve(name: string, svg: Uint8Array | string): string[] {
    const paths = [`/${name}.svg`, `/${name}-image.html`, `/${name}-markup.html`] as const;
    files.set(paths[0], { type: 'image/svg+xml', body: svg });
    files.set(paths[1], { type: 'text/html', body: `<!doctype html><img src="${paths[0]}">` });
    files.set(paths[2], { type: 'text/html', body: `<!doctype html><body>${Buffer.from(svg).toString()}` });
    return [...paths];
  }

  test('the watch sees what an attack does when nobody stops it', async () => {
    const { page, trace } = await watched();
    const attacks = ['a script', 'onload on the root', 'an image from elsewhere', 'an import'];
    const plain = svgAttacks.filter(({ name }) => attacks.includes(name));
    expect(plain).toHaveLength(attacks.length);
    for (const [at, { file }] of plain.entries()) {
      for (const path of serve(`raw-${at}`, file).slice(0, 1)) await open(page, trace, path);
    }
    expect(trace.ran).toBe(true);
    expect(trace.dialogs.length).toBeGreaterThan(0);
    expect(trace.asked.filter((url) => url.includes('attacker.invalid')).length).toBeGreaterThanOrEqual(2);
    await page.close();
  });

  test('no attack runs, asks for anything or opens a dialog once it has been written anew', async () => {
    const attacks = svgAttacks.filter(({ outcome }) => outcome === 'harmless');
    const pages = await Promise.all(Array.from({ length: 4 }, () => watched()));
    await Promise.all(
      pages.map(async ({ page, trace }, share) => {
        for (const [at, { name, file }] of attacks.entries()) {
          if (at % pages.length !== share) continue;
          for (const path of serve(`clean-${at}`, sanitizeSvg(Buffer.from(file)).bytes)) {
            await open(page, trace, path);
            expect({ name, path, ...trace }).toEqual({ name, path, asked: [], dialogs: [], ran: false });
          }
        }
        await page.close();
      }),
    );
  }, 300_000);
});
