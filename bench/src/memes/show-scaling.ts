import type { Charges } from './measure-charges.js';

const wanted = 10_000;
/** A replica is one process that computes on one core; beyond this share its answers wait. */
const busiest = 0.8;

/** What the wanted rate takes at the cost that two replicas have shown, in which each forwards half of its charges. It is reckoned, not measured. */
export function showScaling({ replicasCost, gatewayCost }: Charges): void {
  const replicaCores = (replicasCost.reduce((sum, each) => sum + each, 0) * wanted) / 1e6;
  const gatewayCores = (gatewayCost * wanted) / 1e6;
  const replicas = Math.ceil(replicaCores / busiest);
  console.log(
    `  reckoned from this, ${wanted}/s: ${replicas} replicas that take ${replicaCores.toFixed(1)} cores together, and ${gatewayCores.toFixed(1)} of gateway and emulator`,
  );
}
