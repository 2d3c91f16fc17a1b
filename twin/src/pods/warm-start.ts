/**
 * The program of a process that has started and waits to become a pod: Node itself is up, so only the workload is left
 * to load. It reads what to run from its standard input, to the end, and then runs it as if it had been started so.
 */
import { readFileSync, writeSync } from 'node:fs';
import Module from 'node:module';
import { resolve } from 'node:path';
// What nearly every workload loads first.
import 'node:crypto';
import 'node:fs/promises';
import 'node:http';
import 'node:stream/promises';
import 'node:url';

interface Order {
  cwd: string;
  env: Record<string, string>;
  args: [string, ...string[]];
}

// Says that it can take an order.
writeSync(1, '\n');
const text = readFileSync(0, 'utf8');
// The twin ended, or needs this process no more.
if (text === '') process.exit(0);
const order: unknown = JSON.parse(text);
if (!isOrder(order)) throw new Error('The order to become a pod is not of the known form.');
for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
Object.assign(process.env, order.env);
process.chdir(order.cwd);
const [entry, ...args] = order.args;
process.argv.splice(1, process.argv.length, resolve(entry), ...args);
Module.runMain();

function isOrder(value: unknown): value is Order {
  return typeof value === 'object' && value !== null && 'cwd' in value && 'env' in value && 'args' in value;
}
