import { json, type Route } from '@leasehold/tenant-kit';
import type { Calculator } from '../calculator.js';
import { parseCommand, resultJson, type CommandName } from '../commands/command-json.js';
import { jsonBody } from './json-body.js';
import { refusing } from './refusals.js';

/** `POST /v1/calc/add`, `/max` and `/np`: the calculator for browsers and `curl`. */
export function calcRoutes(calculator: Calculator): Route[] {
  const route = (name: CommandName): Route => ({
    path: `/v1/calc/${name}`,
    methods: {
      POST: refusing(async (request) =>
        json(resultJson(calculator.call(parseCommand(name, await jsonBody(request))))),
      ),
    },
  });
  return [route('add'), route('max'), route('np')];
}
