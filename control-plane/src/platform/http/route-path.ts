/**
 * Paths of routes as the code writes them: parameters as `/:name`, and a verb of a collection as `name:verb`
 * (https://google.aip.dev/136), which routers would take for a parameter.
 */

/** For the router: there a colon that is no parameter is doubled. */
export function routerPath(path: string): string {
  return path.replaceAll(/(?<!\/):/g, '::');
}

/** The other way round. */
export function declaredPath(routerPath: string): string {
  return routerPath.replaceAll('::', ':');
}

/** For the OpenAPI document: parameters in braces. */
export function openApiPath(path: string): string {
  return path.replaceAll(/\/:(\w+)/g, '/{$1}');
}

export function parameterNames(path: string): string[] {
  return [...path.matchAll(/\/:(\w+)/g)].map(([, name]) => name ?? '');
}

/** A path that a request can ask for: each parameter gives way to its value. */
export function filledPath(path: string, value: (name: string) => string): string {
  return path.replaceAll(/\/:(\w+)/g, (_, name: string) => `/${encodeURIComponent(value(name))}`);
}
