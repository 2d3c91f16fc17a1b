/** For integration tests of the twin: a whole one over a database and a data folder of its own, with a sample image. */
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { z } from 'zod';
import { EdgeUsageRecords } from '../metering/edge-usage.js';
import { Inventory } from '../inventory/inventory.js';
import { createTwinPool } from '../inventory/twin-pool.js';
import type { PodRecord } from '../pods/pod-records.repository.js';
import { createTwinTarget, type EdgeAnswer, type TwinTarget } from '../target.js';
import { startTwin, type Twin, type TwinOptions } from '../twin.js';
import { eventually } from './eventually.js';
import { cell, createCell, createClient, hostnameOfClient, type SampleClient } from './local-cloud.js';

export class TwinUnderTest {
  dataDir = '';
  image = '';
  twin!: Twin;
  target!: TwinTarget;
  readonly inventory: Inventory;

  private constructor(
    private readonly database: TestDatabase,
    readonly pool: Pool,
  ) {
    this.inventory = new Inventory(pool);
  }

  /** A database; no twin runs yet. */
  static async open(): Promise<TwinUnderTest> {
    const database = await testDatabase();
    return new TwinUnderTest(database, createTwinPool(database.twinUrl));
  }

  /** Ends everything. */
  async dispose(): Promise<void> {
    await this.pool.end();
    await this.database.drop();
  }

  /** A fresh cell with its twin and the sample image. */
  async setUp(): Promise<void> {
    this.dataDir = await mkdtemp(join(tmpdir(), 'lh-twin-'));
    await createCell(this.inventory);
    await this.begin();
    const folder = join(import.meta.dirname, '../../fixtures/sample-image');
    this.image = (await this.target.pushImage(folder)).reference;
  }

  /** Ends the twin and forgets all that it held. */
  async tearDown(): Promise<void> {
    await this.end();
    await this.pool.query(
      'delete from twin.resources; delete from twin.pods; delete from twin.images; delete from twin.faults',
    );
    await rm(this.dataDir, { recursive: true, force: true });
  }

  async begin(more: Partial<TwinOptions> = {}): Promise<void> {
    const { pool, dataDir } = this;
    this.twin = await startTwin({
      ...{ pool, dataDir, cell, log: pino({ level: 'silent' }), bind: '127.0.0.1' },
      ...{ edgePort: 0, edgeTlsPort: 0, dnsPort: 0, objectStorePort: 0, gatewayPort: 1 },
      ...more,
    });
    this.target = createTwinTarget({
      databaseUrl: this.database.twinUrl,
      dataDir,
      objectStoreUrl: `http://127.0.0.1:${String(this.twin.objectStorePort)}`,
      gatewayAdminUrl: 'http://127.0.0.1:1',
      edgePort: this.twin.edgePort,
      dnsPort: this.twin.dnsPort,
      cell,
    });
  }

  async end(): Promise<void> {
    await this.target.close();
    await this.twin.close();
  }

  /** The twin starts again, with other options. */
  async restart(more: Partial<TwinOptions> = {}): Promise<void> {
    await this.end();
    await this.begin(more);
  }

  get(slug: string, path = '/'): Promise<EdgeAnswer> {
    const signal = AbortSignal.timeout(20_000);
    return this.target.fetchThroughEdge(hostnameOfClient(slug), path, { signal });
  }

  async json(slug: string, path = '/'): Promise<Record<string, unknown>> {
    return z.record(z.string(), z.unknown()).parse(JSON.parse((await this.get(slug, path)).body));
  }

  async provision(client: Omit<SampleClient, 'image'>): Promise<void> {
    await createClient(this.inventory, { image: this.image, ...client });
  }

  /** A client whose page answers. */
  async serving(slug: string, more: Partial<SampleClient> = {}): Promise<void> {
    await this.provision({ slug, ...more });
    await eventually(async () => {
      const { status } = await this.get(slug);
      if (status !== 200) throw new Error(`the page of ${slug} answers ${String(status)}`);
    });
  }

  async podsOf(slug: string): Promise<PodRecord[]> {
    return (await this.target.inventory.pods()).filter(({ namespace }) => namespace === `t-${slug}`);
  }

  /** What the edge has metered of a client's bodies; the twin starts again, since its end writes all of it down. */
  async metered(slug: string): Promise<{ requestBytes: number; responseBytes: number }> {
    await this.restart();
    const all = await new EdgeUsageRecords(this.pool, cell).since(new Date(0));
    const own = all.filter(({ namespace }) => namespace === `t-${slug}`);
    const sum = (part: 'requestBytes' | 'responseBytes'): number =>
      own.reduce((total, each) => total + each[part], 0);
    return { requestBytes: sum('requestBytes'), responseBytes: sum('responseBytes') };
  }

  /** Sends a request and hands the answer over as soon as its headers are there. */
  async openRequest(slug: string, path: string, more: object = {}, body?: string): Promise<IncomingMessage> {
    const headers = { host: hostnameOfClient(slug) };
    const { edgePort: port } = this.twin;
    const call = request({ host: '127.0.0.1', port, path, agent: false, headers, ...more });
    call.end(body);
    const [answer] = (await once(call, 'response')) as [IncomingMessage];
    return answer;
  }
}
