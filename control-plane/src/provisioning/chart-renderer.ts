import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { loadAll } from 'js-yaml';
import { z } from 'zod';
import { kubernetesObject, type KubernetesObject } from '@leasehold/stacks';
import { AppError } from '../platform/app-error.js';
import { canonicalJson } from '../platform/canonical-json.js';

const documents = z.array(kubernetesObject.nullable());

export interface RenderedChart {
  readonly objects: KubernetesObject[];
  /** `sha256:…` over the objects, equal for equal objects. */
  readonly digest: string;
}

export interface RenderRequest {
  readonly release: string;
  readonly namespace: string;
  readonly values: unknown;
  readonly signal: AbortSignal;
}

/** Renders a chart with the real Helm (`helm template`): no cluster is asked, nothing is installed. */
export class ChartRenderer {
  constructor(
    /** Path of the pinned Helm. */
    private readonly helm: () => Promise<string>,
    private readonly chart: string,
  ) {}

  /** @throws AppError `chart_not_rendered` with Helm's own words. */
  async render({ release, namespace, values, signal }: RenderRequest): Promise<RenderedChart> {
    const args = ['template', release, this.chart, '--namespace', namespace, '--values', '-'];
    const yaml = await this.call(args, JSON.stringify(values), signal);
    const objects = documents.parse(loadAll(yaml)).filter((object) => object !== null);
    const digest = createHash('sha256').update(canonicalJson(objects)).digest('hex');
    return { objects, digest: `sha256:${digest}` };
  }

  private async call(args: readonly string[], input: string, signal: AbortSignal): Promise<string> {
    const child = spawn(await this.helm(), args, {
      signal,
      stdio: 'pipe',
      // Helm keeps caches in its user's home; a rendering needs none of them, nor this program's settings.
      env: { PATH: process.env['PATH'], HOME: tmpdir(), HELM_NO_PLUGINS: '1' },
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const [out, complaint, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    if (code === 0) return out;
    throw new AppError('not_allowed', 'chart_not_rendered', {
      publicMessage: `The chart cannot be rendered with these values: ${complaint.trim() || `helm ended with code ${String(code)}`}`,
      logLevel: 'warn',
    });
  }
}
