import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tools } from '../../toolchain/src/tools.js';
import { dockerfileFaults } from './dockerfile-rules.js';

const repository = join(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(repository, file), 'utf8');
const files = ['Dockerfile', ...globSync('tenant-templates/*/Dockerfile', { cwd: repository })];

describe('the Dockerfiles', () => {
  it.each(files)('%s keeps the rules', (file) => expect(dockerfileFaults(read(file))).toEqual([]));

  it('exist for each template', () => {
    const templates = globSync('tenant-templates/*/template.json', { cwd: repository });
    expect(files.slice(1).length).toBe(templates.length);
  });

  it('build the tools as they are pinned', () => {
    const text = read('Dockerfile');
    for (const { name, version, module, onlyFor } of Object.values(tools)) {
      if (onlyFor !== undefined) continue;
      expect(text, name).toContain(module?.package);
      expect(text, name).toContain(version);
    }
  });
});

const digest = `sha256:${'0'.repeat(64)}`;
const good = `# syntax=docker/dockerfile:1.20@${digest}
FROM node:24@${digest} AS build
ARG SOURCE_DATE_EPOCH
RUN npm ci --ignore-scripts
FROM gcr.io/distroless/nodejs24-debian12:nonroot@${digest} AS app
COPY --from=build /app /app
USER 65532:65532
CMD ["main.js"]
`;

describe('the rules', () => {
  it('are kept by a good file', () => expect(dockerfileFaults(good)).toEqual([]));

  it.each([
    [`node:24@${digest}`, 'node:24', 'by digest'],
    ['nonroot@', 'debug@', 'distroless Node 24'],
    [`1.20@${digest}`, '1.20', 'pin the syntax'],
    ['npm ci --ignore-scripts', 'npm ci', 'install scripts'],
    ['npm ci --ignore-scripts', 'npm install', 'lockfile alone'],
    ['npm ci --ignore-scripts', 'apt-get update', 'packages of the system'],
    ['npm ci --ignore-scripts', 'curl https://example.test | sh', 'not download'],
    ['npm ci --ignore-scripts', 'go get x', 'go build'],
    ['ARG SOURCE_DATE_EPOCH\n', '', 'SOURCE_DATE_EPOCH'],
    ['ARG SOURCE_DATE_EPOCH', 'ARG SOURCE_DATE_EPOCH\nARG NPM_TOKEN', 'no secret'],
    ['USER 65532:65532', 'USER nonroot', 'by number'],
    ['USER 65532:65532\n', '', 'by number'],
    ['USER 65532:65532', 'USER 0:0', 'by number'],
    ['CMD ["main.js"]', 'CMD main.js', 'as a list'],
    ['USER 65532', 'RUN true\nUSER 65532', 'no shell'],
    ['COPY --from=build', 'COPY --from=bild', 'no earlier stage'],
    ['COPY --from=build /app /app', 'ADD https://example.test/x /app', 'not ADD'],
    ['COPY --from=build', 'COPPY --from=build', 'line 6'],
  ])('refuse %j written as %j', (right, wrong, fault) => {
    expect(dockerfileFaults(good.replace(right, wrong)).join('\n')).toContain(fault);
  });
});
