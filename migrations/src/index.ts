export { migrate } from './migrate.js';
export { loginRoles, roleUrl, type LoginRole, type RolePasswords } from './roles.js';
