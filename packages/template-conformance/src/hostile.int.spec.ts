import { fileURLToPath } from 'node:url';
import { loadManifest } from '@leasehold/template-manifest';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Ground } from './ground/ground.js';
import { Subject } from './subject.js';

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const outcomes = z.record(z.string(), z.string());
const denied = '7, 0 bytes';
const unauthenticated = '16, 0 bytes';

test('a hostile template gets nothing of its neighbour, though it knows the prefix, the namespace and where everything listens', async () => {
  const manifest = await loadManifest(fixture('plain-node'));
  await using ground = await Ground.open([manifest]);
  const honest = new Subject(manifest, fixture('plain-node'), ground);
  const hostile = new Subject(manifest, fixture('hostile'), ground);
  const [victim, attacker] = [await honest.newTenant(), await hostile.newTenant()];
  const probe = honest.newProbe(victim);
  await using pod = await honest.start(victim);
  await probe.writeAll(pod, 3);
  ground.publish(victim, {
    revision: 1,
    displayName: 'Secret',
    colors: { primary: '#000000', background: '#ffffff', text: '#000000' },
  });
  await using attacking = await hostile.start(attacker);
  const knows = new URLSearchParams({
    prefix: victim.prefix,
    namespace: `t-${victim.slug}`,
    adminUrl: ground.adminUrl,
    brandingUrl: victim.brandingUrl,
  });
  const answer = await attacking.ask(`/attack?${knows.toString()}`);
  expect(outcomes.parse(JSON.parse(answer.body))).toEqual({
    own: '0, 0 bytes',
    row: denied,
    range: denied,
    between: denied,
    everything: denied,
    both: denied,
    samples: denied,
    write: denied,
    ledger: '5, 0 bytes',
    drop: '12, 0 bytes',
    unsigned: unauthenticated,
    resigned: unauthenticated,
    nameless: unauthenticated,
    copied: '403',
    erased: '403',
    migrated: '403',
    usage: '403',
    branding: '401',
  });
  expect(await probe.violation(pod)).toBeUndefined();
});
