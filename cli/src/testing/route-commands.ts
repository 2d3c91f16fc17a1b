/** How each route of the API is called by the command, as arguments that call it; or why it is not. */
export const routeCommands: Readonly<Record<string, readonly string[] | { none: string }>> = {
  'GET /docs': { none: 'a page for browsers' },
  'GET /docs/{file}': { none: 'a part of the page' },
  'GET /healthz': ['status'],
  'GET /readyz': ['status'],
  'GET /metrics': ['metrics'],
  'GET /openapi.json': ['openapi'],

  'GET /v1/api-keys': ['api-keys', 'list'],
  'POST /v1/api-keys': ['api-keys', 'create', 'ci', '--role', 'ci'],
  'GET /v1/api-keys/{id}': ['api-keys', 'get', 'key_1'],
  'DELETE /v1/api-keys/{id}': ['api-keys', 'delete', 'key_1'],

  'GET /v1/audit-events': ['audit', 'list', '--tenant', 'acme'],

  'GET /v1/cells': ['cells', 'list'],
  'POST /v1/cells': [
    ...['cells', 'create', 'west', '--environment', 'production', '--region', 'europe-west1'],
    ...['--target', 'twin', '--domain', 'apps.example.test', '--capacity', '100', '--no-watch'],
  ],
  'GET /v1/cells/{name}': ['cells', 'get', 'west'],

  'GET /v1/events': ['events', 'follow', '--tenant', 'acme', '--after', '7'],

  'GET /v1/operations': [
    'operations',
    'list',
    '--tenant',
    'acme',
    '--state',
    'failed',
    '--kind',
    'tenant.create',
  ],
  'GET /v1/operations/{id}': ['operations', 'get', 'op_1'],
  'POST /v1/operations/{id}/cancel': ['operations', 'cancel', 'op_1', '--no-watch'],
  'GET /v1/operations/{id}/events': ['operations', 'watch', 'op_1'],
  'POST /v1/operations/{id}/resume': ['operations', 'resume', 'op_1', '--no-watch'],
  'POST /v1/operations/{id}/rollback': ['operations', 'rollback', 'op_1', '--no-watch'],

  'GET /v1/plans': ['plans', 'list'],
  'POST /v1/plans': ['plans', 'create', '--file', 'SPEC'],
  'GET /v1/plans/{name}': ['plans', 'get', 'free'],

  'GET /v1/templates': ['templates', 'list'],
  'POST /v1/templates': ['templates', 'create', 'counter', '--display-name', 'Counter'],
  'GET /v1/templates/{name}': ['templates', 'get', 'counter'],
  'GET /v1/templates/{name}/releases': ['releases', 'list', 'counter'],
  'POST /v1/templates/{name}/releases': [
    ...['releases', 'create', 'counter', '--version', '1.0.0', '--image', 'counter@sha256:0'],
    ...['--manifest', 'SPEC'],
  ],
  'GET /v1/templates/{name}/releases/{version}': ['releases', 'get', 'counter', '1.0.0'],

  'GET /v1/tenants': ['tenants', 'list', '--filter', 'state=active', '--label', 'tier=gold'],
  'POST /v1/tenants': ['tenants', 'create', 'acme', '--template', 'counter', '--no-watch'],
  'GET /v1/tenants/{id}': ['tenants', 'get', 'acme'],
  'DELETE /v1/tenants/{id}': ['tenants', 'delete', 'acme', '--no-watch'],
  'GET /v1/tenants/{id}/branding': ['branding', 'get', 'acme'],
  'PUT /v1/tenants/{id}/branding': ['branding', 'set', 'acme', '--primary', '#112233', '--no-wait'],
  'GET /v1/tenants/{id}/events': ['tenants', 'events', 'acme'],
  'POST /v1/tenants/{id}/reconcile': ['tenants', 'reconcile', 'acme', '--no-watch'],
  'GET /v1/tenants/{id}/resources': ['tenants', 'resources', 'acme'],
  'POST /v1/tenants/{id}/restore': ['tenants', 'restore', 'acme', '--no-watch'],

  'GET /v1/twin/faults': ['twin', 'fault', 'list'],
  'POST /v1/twin/faults': ['twin', 'fault', 'add', '--operation', 'create', '--fault', '429'],
  'DELETE /v1/twin/faults/{id}': ['twin', 'fault', 'remove', '1'],
  'GET /v1/twin/inventory': ['twin', 'inventory'],
  'DELETE /v1/twin/inventory': ['twin', 'remove', '--type', 'kubernetes:core/v1:Service', '--name', 'app'],
  'GET /v1/twin/pods': ['twin', 'pods'],
  'GET /v1/twin/pods/{name}/log': ['twin', 'logs', 'app-1'],
  'GET /v1/twin/records': ['twin', 'records'],
  'GET /v1/twin/routes': ['twin', 'routes'],
};
