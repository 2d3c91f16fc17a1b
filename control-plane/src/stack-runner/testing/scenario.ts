import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { ensureTool } from '@leasehold/toolchain';
import { pino } from 'pino';
import { DataSource } from 'typeorm';
import { jsonObject } from '../../platform/json.js';
import { LocalKeyEnvelope } from '../../pulumi-service/secrets/local-key-envelope.js';
import { PulumiService } from '../../pulumi-service/pulumi-service.js';
import { toUntyped } from '../../pulumi-service/wire/deployment.js';
import type { RunEvent, RunResult, StackRun } from '../stack-run.js';
import { StackRunner } from '../stack-runner.js';
import { childEntry, childModules, type Thing } from './fixtures.js';

type Asked = Partial<Omit<StackRun, 'program'>> & { things?: readonly Thing[]; crash?: string };

/** A runner with a database, a cloud in a folder and the real CLI; everything goes when the test ends. */
export class Scenario implements AsyncDisposable {
  private constructor(
    readonly db: TestDatabase,
    readonly source: DataSource,
    readonly folder: string,
    readonly service: PulumiService,
    readonly runner: StackRunner,
    readonly pulumi: string,
  ) {}

  static async start({ poolSize = 1 }: { poolSize?: number } = {}): Promise<Scenario> {
    const db = await testDatabase();
    const source = await new DataSource({
      type: 'postgres',
      extra: { connectionString: db.platformUrl },
    }).initialize();
    const folder = await mkdtemp(join(tmpdir(), 'lh-runner-'));
    for (const name of ['objects', 'hold', 'fail', 'begun']) await mkdir(join(folder, name));
    const envelope = await LocalKeyEnvelope.open(join(folder, 'secrets', 'state.key'));
    const service = new PulumiService(source, envelope);
    const { path: pulumi } = await ensureTool('pulumi');
    const scenario = new Scenario(
      db,
      source,
      folder,
      service,
      runnerOf(service, folder, poolSize, pulumi),
      pulumi,
    );
    await scenario.runner.start();
    return scenario;
  }

  /** A second worker on the same database and cloud, to be stopped by the test. */
  async anotherRunner(): Promise<StackRunner> {
    const runner = runnerOf(this.service, this.folder, 1, this.pulumi);
    await runner.start();
    return runner;
  }

  readonly events: RunEvent[] = [];

  run(asked: Asked = {}, runner = this.runner): Promise<RunResult> {
    const { things = [], crash, ...run } = asked;
    return runner.run({
      stack: { project: 'leasehold-tenant', name: 'ten_acme' },
      command: 'up',
      operationId: 'op_test',
      lease: { subject: 'ten_acme', epoch: 1 },
      signal: new AbortController().signal,
      onEvent: (event) => this.events.push(event),
      program: {
        name: 'tenant',
        input: jsonObject.parse({ things, ...(crash ? { crash } : {}) }),
      },
      ...run,
    });
  }

  /** The state as `pulumi stack export` gets it. */
  async export(): Promise<object> {
    const stack = await this.service.stackRecords.find({
      organization: 'leasehold',
      project: 'leasehold-tenant',
      name: 'ten_acme',
    });
    if (!stack) throw new Error('the stack does not exist');
    return toUntyped(await this.service.updates.currentState(stack.id));
  }

  /** Names of the things that the cloud holds. */
  async objects(): Promise<string[]> {
    return (await readdir(join(this.folder, 'objects'))).sort();
  }

  /** The calls that had an effect, in their order. */
  async calls(): Promise<string[]> {
    const log = await readFile(join(this.folder, 'calls.log'), 'utf8').catch(() => '');
    return log.split('\n').filter(Boolean);
  }

  /** The creation of this thing waits; the answer lets it go on. */
  async hold(name: string): Promise<() => Promise<void>> {
    const file = join(this.folder, 'hold', name);
    await writeFile(file, '');
    return () => rm(file);
  }

  async fail(name: string, message: string): Promise<() => Promise<void>> {
    const file = join(this.folder, 'fail', name);
    await writeFile(file, message);
    return () => rm(file);
  }

  /** Somebody takes a thing out of the cloud. */
  lose(name: string): Promise<void> {
    return rm(join(this.folder, 'objects', name));
  }

  /** A call whose answer was lost has had its effect. */
  make(name: string): Promise<void> {
    return writeFile(join(this.folder, 'objects', name), '');
  }

  /** The processes that host this scenario's runs. */
  async childPids(): Promise<number[]> {
    const own = await childrenOf(process.pid);
    const lines = await Promise.all(
      own.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
    );
    return own.filter((_, i) => lines[i]?.includes(childEntry));
  }

  async hasBegun(name: string): Promise<boolean> {
    return (await readdir(join(this.folder, 'begun'))).includes(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runner.stop();
    await this.source.destroy();
    await this.db.drop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8')),
  );
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
}

function runnerOf(service: PulumiService, folder: string, poolSize: number, pulumi: string): StackRunner {
  return new StackRunner(
    service,
    {
      pulumi: () => Promise.resolve(pulumi),
      dataDir: folder,
      poolSize,
      childEntry,
      childModules,
      providersDatabaseUrl: `file:${folder}`,
    },
    pino({ level: 'silent' }),
  );
}
