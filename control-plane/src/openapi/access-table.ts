import type { DeclaredRoute, RouteSpec } from '../platform/http/route.decorator.js';
import { parameterNames } from '../platform/http/route-path.js';
import { platformRoles, tenantRoles, type Role } from '../platform/request-context.js';

/** Who may ask for a route: everybody, a role everywhere, a tenant's role for what is its own, or not at all. */
export type Access = 'public' | 'yes' | 'own' | 'no';

/** Resources that belong to a tenant: another one's key gets 404 for them, as if they were not there. */
const ownedResources = ['tenants', 'operations', 'api-keys', 'webhooks'];

export function isOwned({ path }: Pick<RouteSpec, 'path'>): boolean {
  const [, , resource = ''] = path.split('/');
  return ownedResources.includes(resource) && parameterNames(path).length > 0;
}

export function accessOf(spec: RouteSpec, role: Role): Access {
  if (spec.access === 'public') return 'public';
  if (!spec.access.includes(role)) return 'no';
  return role.startsWith('tenant-') ? 'own' : 'yes';
}

const roles: readonly Role[] = [...platformRoles, ...tenantRoles];
const signs: Readonly<Record<Access, string>> = { public: 'yes', yes: 'yes', own: 'own', no: '-' };

/** The routes and who may ask for them, as the text of `docs/access.md`. */
export function accessTable(routes: readonly DeclaredRoute[]): string {
  const head = ['route', ...roles, 'without a key'];
  const lines = routes.map(({ spec }) => [
    `\`${spec.method} ${spec.path}\``,
    ...roles.map((role) => signs[accessOf(spec, role)]),
    spec.access === 'public' ? 'yes' : '-',
  ]);
  return `${introduction}\n${markdown([head, ...lines])}\n`;
}

const introduction = `# Who may do what

Written from the routes themselves by \`npm run -w control-plane openapi\`; a test calls every route in every role and
compares. \`own\`: what belongs to the key's own tenant. What belongs to another tenant answers 404, in lists it is not there.
\`-\` answers 403, and 401 without a key.
`;

function markdown(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...rows.slice(1).map(line)].join('\n');
}
