import { MODULE_METADATA } from '@nestjs/common/constants.js';
import type { Type } from '@nestjs/common';
import { declaredRoute, type DeclaredRoute } from '../platform/http/route.decorator.js';

/** Every route that the controllers of these modules declare, those of the modules they import included. Nothing is started. */
export function declaredRoutes(modules: readonly Type[]): DeclaredRoute[] {
  const routes = [...reachable(modules)]
    .flatMap((module) => classesIn(MODULE_METADATA.CONTROLLERS, module))
    .flatMap(routesOf);
  return routes.sort((a, b) => compare(a.spec.path, b.spec.path) || order(a.spec) - order(b.spec));
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

function order({ method }: DeclaredRoute['spec']): number {
  return methods.indexOf(method);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function reachable(modules: readonly Type[]): Set<Type> {
  const seen = new Set<Type>();
  const visit = (module: Type): void => {
    if (seen.has(module)) return;
    seen.add(module);
    classesIn(MODULE_METADATA.IMPORTS, module).forEach(visit);
  };
  modules.forEach(visit);
  return seen;
}

function classesIn(key: string, module: Type): Type[] {
  const listed: unknown = Reflect.getMetadata(key, module);
  return Array.isArray(listed) ? listed.filter(isClass) : [];
}

function isClass(value: unknown): value is Type {
  return typeof value === 'function' && value.prototype !== undefined;
}

function routesOf(controller: Type): DeclaredRoute[] {
  const prototype: unknown = controller.prototype;
  if (typeof prototype !== 'object' || prototype === null) return [];
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
    const route = typeof handler === 'function' ? declaredRoute(handler) : undefined;
    return route ? [route] : [];
  });
}
