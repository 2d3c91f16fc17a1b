import {
  forgetProcess,
  forkService,
  recordProcess,
  ServiceStartError,
  type Service,
} from '@leasehold/processes';
import { inheritedEnvironment } from './inherited-environment.js';
import { ServiceLog } from './service-log.js';
import type { ServicePlan, Surroundings } from './service-plan.js';
import { Supervised } from './supervised.js';

/** Supervises one forked service: its output goes to its log, its pid is on record, and each life gets the ports of the one before. */
export function superviseService<F>(
  plan: ServicePlan<F>,
  { data, repository }: Pick<Surroundings, 'data' | 'repository'>,
  onEvent: (line: string) => void,
): Supervised<Service<F>> {
  const log = new ServiceLog(data.logs, plan.name);
  let earlier: F | undefined;
  return new Supervised({
    name: plan.name,
    onEvent: (line) => onEvent(`${line} (log: ${log.file})`),
    async begin(signal) {
      const service = await forkService({
        entry: plan.entry,
        cwd: repository,
        env: { ...inheritedEnvironment(process.env, process.execPath), ...plan.environment(earlier) },
        execArgv: ['--enable-source-maps', ...(plan.nodeFlags ?? [])],
        readyTimeoutMs: 90_000,
        parseFacts: (message) => plan.facts.parse(message),
        onLine: (line) => log.write(line),
        signal,
      }).catch((error: unknown) => {
        throw withLog(error, plan.name, log.file);
      });
      earlier = service.facts;
      const record = await recordProcess(data.pids, service.pid, plan.name);
      if (record) void service.exited.then(() => forgetProcess(record));
      return service;
    },
  });
}

function withLog(error: unknown, name: string, file: string): unknown {
  if (!(error instanceof ServiceStartError)) return error;
  return new ServiceStartError(`${name} did not start: ${error.message}. Its log is ${file}`, {
    cause: error,
  });
}
