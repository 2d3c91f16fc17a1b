/**
 * `npm run memes -w @leasehold/bench`: durable charges through the real gateway over 1,000 accounts, with one and two replicas, beside a plain
 * server with a Map; then many spends with repetitions on one account, whose balance must be exact.
 */
import { fileURLToPath } from 'node:url';
import { forkService } from '@leasehold/processes';
import { z } from 'zod';
import { residentMegabytes } from '../api/latency.js';
import { prepareGround, type Ground } from '../ground/ground.js';
import type { Replica } from '../ground/replica.js';
import { sendLoad } from '../load/send-load.js';
import { judge, showRow } from '../load/show-row.js';
import { measureCharges, type Charged, type Charges } from './measure-charges.js';
import { showScaling } from './show-scaling.js';

const goal = 3_000;
/** What `template.json` gives a pod of the plan `free`. */
const limit = 256;
const accounts = 1_000;
const requests = Number(process.argv[2] ?? 30_000);
const spends = Number(process.argv[3] ?? 50_000);
const connections = 256;
const request =
  'GET /memes?lat=52.52&lon=13.41&query=deadlines HTTP/1.1\r\nhost: memes\r\nauthorization: Bearer {token}\r\n';
const once = `${request}\r\n`;
const repeated = `${request}idempotency-key: {key}\r\n\r\n`;
const parameters = { openingTokens: 1_000_000 };

const balanceSchema = z.object({ balance: z.int() });
const reportSchema = z.object({ faults: z.array(z.string()), sums: z.record(z.string(), z.int()) });

async function showCharges(replicas: readonly Replica[], load: Charged): Promise<Charges> {
  const charges = await measureCharges(ground, replicas, {
    ...load,
    ports: replicas.map(({ port }) => port),
  });
  const { measured, memory, replicasCost, gatewayCost, writes } = charges;
  showRow(`memes, ${replicas.length} replica(s), durable`, measured, memory);
  const microseconds = [...replicasCost, gatewayCost].map((value) => Math.round(value)).join(' + ');
  console.log(`  writes meanwhile, and those that another replica outran: ${writes.join('; ')}`);
  console.log(`  processor time a charge: ${microseconds} microseconds (replicas + gateway with emulator)`);
  return charges;
}

async function measurePlain(tokens: string[]): Promise<void> {
  const facts = z.looseObject({ port: z.int() });
  const plain = await forkService({
    entry: fileURLToPath(new URL('./plain-memes.main.js', import.meta.url)),
    parseFacts: (given) => facts.parse(given),
  });
  try {
    const load = { ports: [plain.facts.port], connections, request: once, tokens, again: true };
    await sendLoad({ ...load, requests: 4 * accounts });
    showRow(
      'a Map in a bare server, forgetful',
      await sendLoad({ ...load, requests }),
      await residentMegabytes(plain.pid),
    );
  } finally {
    await plain.stop();
  }
}

/** Every key is sent about twice, over two replicas; each may cost one token once. */
async function spendOnOneAccount(ground: Ground, replicas: readonly Replica[]): Promise<void> {
  const differentKeys = Math.floor(spends * 0.6);
  const token = ground.token('one-account');
  const ports = replicas.map(({ port }) => port);
  const measured = await sendLoad({
    ports,
    connections,
    request: repeated,
    again: true,
    tokens: [token],
    requests: spends,
    differentKeys,
  });
  const left = balanceSchema.parse(await ask(ports[0] ?? 0, '/tokens', token)).balance;
  const expected = parameters.openingTokens - differentKeys;
  showRow(`${spends} spends on one account`, measured, Number.NaN);
  judge(`the balance is ${left}, and should be ${expected}`, left === expected);
}

async function ask(port: number, route: string, token: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`http://127.0.0.1:${port}${route}`, { headers });
  return response.json();
}

const ground = await prepareGround();
const replicas: Replica[] = [];
try {
  const tokens = Array.from({ length: accounts }, (_, index) => ground.token(`user-${index}`));
  await measurePlain(tokens);
  const load = { ports: [], connections, request: once, tokens, again: true, requests };
  replicas.push(await ground.replica('memes', parameters));
  const one = await showCharges(replicas, load);
  replicas.push(await ground.replica('memes', parameters));
  const two = await showCharges(replicas, load);
  showScaling(two);
  await spendOnOneAccount(ground, replicas);
  const check = await ask(replicas[0]?.port ?? 0, '/tokens/check', ground.token('root', ['admin']));
  const { faults, sums } = reportSchema.parse(check);
  console.log(`books: ${JSON.stringify(sums)}, faults: ${JSON.stringify(faults)}`);
  judge(`one replica, over ${goal} durable charges/s`, one.measured.perSecond > goal);
  judge(
    'two replicas on the same cores, at least 0.9 of that',
    two.measured.perSecond >= 0.9 * one.measured.perSecond,
  );
  judge(`a replica under the ${limit} MB of the free plan`, Math.max(one.memory, two.memory) < limit);
  judge('the books add up', faults.length === 0);
} finally {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await ground.remove();
}
