/**
 * @leasehold/product-harness: the whole product, started from outside on ports and a data folder of its own, and used as
 * its users do: over the API, the edge and DNS. For the end-to-end tests and the benchmarks.
 */
export { Api, type Answer, type Operation, type Tenant } from './api.js';
export { Client, type Page } from './client.js';
export { familyOf, killAll, processesNaming } from './processes.js';
export type { Ports } from './ports.js';
export { Product, repository } from './product.js';
export { until } from './until.js';
