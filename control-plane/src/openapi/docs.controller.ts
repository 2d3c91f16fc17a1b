import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Controller, Inject, Param, StreamableFile } from '@nestjs/common';
import { z } from 'zod';
import { AppError } from '../platform/app-error.js';
import { Answer } from '../platform/http/answer.js';
import { Route } from '../platform/http/route.decorator.js';
import { API_DOCUMENT } from '../platform/tokens.js';

const tag = 'documentation';
const htmlType = 'text/html; charset=utf-8';

/** Swagger UI's own files, from its package: the page needs no network. */
const uiFolder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const assets: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Leasehold API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="api"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;
const startScript = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#api', deepLinking: true, persistAuthorization: false, validatorUrl: null });\n`;

@Controller()
export class DocsController {
  constructor(@Inject(API_DOCUMENT) private readonly document: () => unknown) {}

  @Route({
    method: 'GET',
    path: '/openapi.json',
    operationId: 'getOpenApiDocument',
    tag,
    summary: 'This document',
    access: 'public',
    responses: { 200: { description: 'OpenAPI 3.1', schema: z.record(z.string(), z.unknown()) } },
  })
  openApi(): unknown {
    return this.document();
  }

  @Route({
    method: 'GET',
    path: '/docs',
    operationId: 'readDocs',
    tag,
    summary: 'This document, as a page',
    access: 'public',
    responses: { 200: { description: 'A page', contentType: 'text/html' } },
  })
  docs(): Answer<string> {
    return new Answer(200, page, {
      'content-type': htmlType,
      'content-security-policy': "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
    });
  }

  @Route({
    method: 'GET',
    path: '/docs/:file',
    operationId: 'readDocsFile',
    tag,
    summary: 'A file of that page',
    access: 'public',
    responses: { 200: { description: 'The file', contentType: 'text/plain' } },
  })
  async file(@Param('file') file: string): Promise<StreamableFile> {
    if (file === 'start.js')
      return new StreamableFile(Buffer.from(startScript), { type: 'text/javascript; charset=utf-8' });
    const type = Object.hasOwn(assets, file) ? assets[file] : undefined;
    if (type !== undefined) return new StreamableFile(await readFile(join(uiFolder, file)), { type });
    throw new AppError('not_found', 'file_not_found', {
      publicMessage: `The documentation has no file ${file}.`,
      logLevel: 'debug',
    });
  }
}
