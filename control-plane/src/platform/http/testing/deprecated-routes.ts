import { Controller, Module } from '@nestjs/common';
import { z } from 'zod';
import { Route, type RouteSpec } from '../route.decorator.js';

const deprecated = { since: '2026-05-01', sunset: '2026-11-01', link: 'https://docs.example.test/old' };
const shared = { method: 'GET', tag: 'test', summary: 'For this test', access: 'public' } as const;
const responses = { 200: { description: 'Well', schema: z.object({ well: z.boolean() }) } };

class TestController {
  answer(): { well: boolean } {
    return { well: true };
  }

  answerToo(): { well: boolean } {
    return { well: true };
  }
}

/** A route that will go beside one that stays. */
export class DeprecatedRoutesModule {
  readonly deprecated = deprecated;
}

// As decorators do it, whose syntax tests are not compiled for.
bind('answer', { ...shared, path: '/v1/old', operationId: 'old', responses, deprecated });
bind('answerToo', { ...shared, path: '/v1/new', operationId: 'new', responses });
Controller()(TestController);
Module({ controllers: [TestController] })(DeprecatedRoutesModule);

function bind(name: keyof TestController, spec: RouteSpec): void {
  const descriptor = Object.getOwnPropertyDescriptor(TestController.prototype, name);
  if (!descriptor) throw new Error(`There is no ${name}.`);
  Route(spec)(TestController.prototype, name, descriptor);
}
