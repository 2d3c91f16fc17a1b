export { startPostgres, type PostgresOptions, type RunningPostgres } from './server.js';
