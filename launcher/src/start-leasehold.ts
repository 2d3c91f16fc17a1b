import { lockDataDir, reapLeftovers } from '@leasehold/processes';
import { migrate } from '@leasehold/migrations';
import type { Settings } from '@leasehold/settings';
import { AdminApi, waitUntilReady } from './api.js';
import { prepareDataDir, type DataDir } from './data-dir.js';
import { databaseSecrets, type DatabaseSecrets } from './database-secrets.js';
import { preflight } from './preflight.js';
import type { Report } from './report.js';
import { onboardSampleTenant, sampleTenant } from './sample-tenant.js';
import { controlPlanePlan, gatewayPlan, twinPlan, type Surroundings } from './service-plan.js';
import type { ShutdownStack } from './shutdown-stack.js';
import { superviseService } from './supervised-service.js';
import { supervisePostgres } from './supervised-postgres.js';
import { ensureAllTools } from './tools-phase.js';
import { welcome } from './welcome.js';

export interface StartContext {
  readonly repository: string;
  readonly settings: Settings<'launcher'>;
  readonly report: Report;
  readonly shutdown: ShutdownStack;
  readonly signal: AbortSignal;
}

export interface Restartable {
  readonly name: string;
  restart(): Promise<void>;
}

/**
 * Starts everything in order; what was started is on the shutdown stack at once, so a start that fails or is cancelled half way
 * leaves nothing behind.
 * @returns the services that can be restarted one by one.
 */
export async function startLeasehold(ctx: StartContext): Promise<Restartable[]> {
  const { settings, report, shutdown, signal } = ctx;
  const data = await prepareDataDir(settings.LEASEHOLD_DATA_DIR);
  const lock = await lockDataDir(data.root);
  shutdown.push(() => lock.release());
  const leftovers = await reapLeftovers(data.pids);
  if (leftovers.length > 0)
    report.line(`  ended what a crash left: ${leftovers.map(({ role }) => role).join(', ')}`);
  await preflight(settings);
  await report.phase('tools', () =>
    ensureAllTools(settings.LEASEHOLD_TOOLS_DIR, (line) => report.line(`  ${line}`)),
  );
  signal.throwIfAborted();
  const secrets = await databaseSecrets(data.secrets);
  const ownerUrl = await database(ctx, data, secrets);
  signal.throwIfAborted();
  await report.phase('database schema', () => migrate(ownerUrl, secrets));
  signal.throwIfAborted();
  const { services, base, firstRun, edgeTlsPort } = await startServices(ctx, {
    ...ctx,
    data,
    ownerUrl,
    passwords: secrets,
  });
  await waitUntilReady(base, 60_000, signal);
  const api = await AdminApi.open(base, data.adminKey);
  if (firstRun) await onboard(ctx, api);
  const tenant = await api.tenant(sampleTenant.slug);
  report.line(welcome({ base, data, took: report.total(), tenant, edgeTlsPort }));
  return services;
}

async function database(ctx: StartContext, data: DataDir, secrets: DatabaseSecrets): Promise<string> {
  const { settings, report, shutdown } = ctx;
  if (settings.LEASEHOLD_DATABASE_URL) return settings.LEASEHOLD_DATABASE_URL;
  const postgres = supervisePostgres(data.postgres, secrets.owner, (line) => report.line(line));
  shutdown.push(() => postgres.stop());
  return (await report.phase('database', () => postgres.start())).ownerUrl;
}

async function startServices(
  { report, shutdown }: StartContext,
  around: Surroundings,
): Promise<{
  services: Restartable[];
  base: string;
  firstRun: boolean;
  edgeTlsPort: number | undefined;
}> {
  const tell = (line: string): void => report.line(line);
  const gateway = superviseService(gatewayPlan(around), around, tell);
  shutdown.push(() => gateway.stop());
  const { facts: gatewayFacts } = await report.phase('data gateway', () => gateway.start());
  const twin = superviseService(twinPlan(around, gatewayFacts), around, tell);
  shutdown.push(() => twin.stop());
  const { facts: twinFacts } = await report.phase('local cloud', () => twin.start());
  const controlPlane = superviseService(controlPlanePlan(around, gatewayFacts, twinFacts), around, tell);
  shutdown.push(() => controlPlane.stop());
  const { facts } = await report.phase('control plane', () => controlPlane.start());
  const base = `http://${around.settings.LEASEHOLD_BIND}:${facts.port}`;
  const { edgeTlsPort } = twinFacts;
  return { services: [gateway, twin, controlPlane], base, firstRun: facts.firstRun, edgeTlsPort };
}

async function onboard({ report, signal }: StartContext, api: AdminApi): Promise<void> {
  report.line(`  onboarding the sample client ${sampleTenant.slug}:`);
  const operation = await onboardSampleTenant(api, (step) => report.line(`    ${step}`), signal);
  if (operation?.state === 'succeeded') return;
  const reason = operation?.error?.message ?? `its operation is ${operation?.state ?? 'still running'}`;
  report.line(`  ${sampleTenant.slug} is not there yet: ${reason}`);
}
