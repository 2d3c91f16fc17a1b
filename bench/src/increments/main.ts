/**
 * `npm run increments -w @leasehold/bench [-- 100000]`: durable increments of one key from 500 connections through the real gateway, beside a plain
 * server with a Map; the same with kill -9 of replicas and of Bigtable in the middle, where the total must be what was accepted.
 */
import { prepareGround } from '../ground/ground.js';
import { measureAccepted, measurePlain } from './measure-accepted.js';
import { showKills } from './show-kills.js';

const requests = Number(process.argv[2] ?? 100_000);

const ground = await prepareGround();
try {
  await measurePlain(requests);
  await measureAccepted(ground, requests);
  await showKills(ground, requests);
} finally {
  await ground.remove();
}
