import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cliArguments, cliEnvironment } from '../cli/cli-command.js';
import { RunnerHome } from '../cli/runner-home.js';
import { RunnerChild } from '../pool/runner-child.js';
import type { StackRun } from '../stack-run.js';
import { childEntry, childModules, type Thing } from './fixtures.js';

const exec = promisify(execFile);
const stack = { project: 'leasehold-tenant', name: 'ten_acme' } as const;

interface Backend {
  readonly url: string;
  readonly organization: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The same program and provider, run by the same CLI, without the stack runner. */
export class DirectCli implements AsyncDisposable {
  private constructor(
    readonly folder: string,
    private readonly home: RunnerHome,
    private readonly child: RunnerChild,
    private readonly pulumi: string,
    private readonly backend: Backend,
  ) {}

  /** With its state in files: what Pulumi itself makes of the engine's steps. */
  static async overFiles(pulumi: string): Promise<DirectCli> {
    const folder = await mkdtemp(join(tmpdir(), 'lh-direct-cli-'));
    await mkdir(join(folder, 'state'));
    const env = { PULUMI_CONFIG_PASSPHRASE: 'test' };
    return DirectCli.#start(pulumi, folder, {
      url: `file://${folder}/state`,
      organization: 'organization',
      env,
    });
  }

  /** Against the service, as a person with an API key would. */
  static async overService(pulumi: string, url: string, env: NodeJS.ProcessEnv): Promise<DirectCli> {
    const folder = await mkdtemp(join(tmpdir(), 'lh-direct-cli-'));
    return DirectCli.#start(pulumi, folder, { url, organization: 'leasehold', env });
  }

  static async #start(pulumi: string, folder: string, backend: Backend): Promise<DirectCli> {
    const home = await RunnerHome.open(folder);
    const child = await RunnerChild.start({
      entry: childEntry,
      modules: childModules,
      onLine: () => undefined,
    });
    const cli = new DirectCli(folder, home, child, pulumi, backend);
    await cli.#pulumi('', ['stack', 'init', cli.#stack]);
    return cli;
  }

  get #stack(): string {
    return `${this.backend.organization}/${stack.project}/${stack.name}`;
  }

  /** @returns whether the CLI ended with 0 */
  async run(asked: {
    things: readonly Thing[];
    command: StackRun['command'];
    refresh: boolean;
  }): Promise<boolean> {
    const runId = crypto.randomUUID();
    const opened = await this.child.open({
      runId,
      program: { name: 'tenant', input: { things: asked.things.map((thing) => ({ ...thing })) } },
      providers: { databaseUrl: `file:${this.folder}`, cell: 'local' },
    });
    const args = cliArguments({ ...asked, ...opened, stack, operationId: 'op_test' });
    const own = args.map((arg) => arg.replace(/^leasehold\//, `${this.backend.organization}/`));
    try {
      await this.#pulumi(opened.debugProviders, own);
      return true;
    } catch {
      return false;
    } finally {
      await this.child.close(runId);
    }
  }

  /** Creations of this thing fail until the answer is called. */
  async fail(name: string, message: string): Promise<() => Promise<void>> {
    const file = join(this.folder, 'fail', name);
    await writeFile(file, message);
    return () => rm(file);
  }

  /** What `pulumi stack export` prints. */
  async export(): Promise<unknown> {
    return JSON.parse(await this.#pulumi('', ['stack', 'export', '--stack', this.#stack]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.child.stop();
    await this.home.remove();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #pulumi(debugProviders: string, args: readonly string[]): Promise<string> {
    const env = cliEnvironment({
      home: await this.home.home(0),
      backendUrl: this.backend.url,
      token: '',
      debugProviders,
      crowded: false,
    });
    const options = {
      cwd: this.home.workFolder(stack.project),
      env: { ...env, ...this.backend.env },
      maxBuffer: 1e8,
    };
    return (await exec(this.pulumi, [...args, '--non-interactive'], options)).stdout;
  }
}
