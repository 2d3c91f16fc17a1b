import { describe, expect, it } from 'vitest';
import { servicesOf } from './restart-on-change.js';

const service = (name: string) => ({ name, restart: () => Promise.resolve() });
const services = ['data-gateway', 'twin', 'control-plane'].map(service);

describe('a change while developing', () => {
  it.each([
    ['twin', 'dist/main.js', ['twin']],
    ['twin', 'src/main.ts', []],
    ['twin', 'dist/main.d.ts', []],
    ['packages', 'settings/dist/index.js', ['data-gateway', 'twin', 'control-plane']],
    ['packages', 'settings/node_modules/x/dist/index.js', []],
    ['charts', 'tenant-app/values.yaml', ['control-plane']],
  ])('of %s/%s restarts %j', (room, file, names) => {
    expect(servicesOf(room, file, services).map(({ name }) => name)).toEqual(names);
  });
});
