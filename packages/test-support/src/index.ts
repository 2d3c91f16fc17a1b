export { setPlannedShare, type PlannedShare } from './plan-of-tenant.js';
export { testDatabase, type TestDatabase } from './test-database.js';
