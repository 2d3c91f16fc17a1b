import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { StackSecrets } from '../secrets/stack-secrets.js';
import type { StacksService } from '../stacks.service.js';
import {
  batchDecryptRequest,
  batchEncryptRequest,
  decryptRequest,
  encryptRequest,
} from '../wire/requests.js';
import type { Authenticator } from './authenticate.js';
import { readBody } from './body.js';
import { stackOf } from './parameters.js';
import { pulumiRoute } from './pulumi-route.js';

const stackPath = '/stacks/:organization/:project/:stack';

/** Encryption with the stack's key. Only who may change a stack may read its secrets. */
export function secretRoutes(
  app: FastifyInstance,
  authenticator: Authenticator,
  stacks: StacksService,
  secrets: StackSecrets,
): void {
  const stackId = async (request: FastifyRequest): Promise<number> => {
    const caller = authenticator.caller(request);
    return (await stacks.findToChange(caller, stackOf(request))).id;
  };

  app.post(`${stackPath}/encrypt`, pulumiRoute, async (request) => {
    const { plaintext } = readBody(request, encryptRequest);
    const [ciphertext] = await secrets.encrypt(await stackId(request), [plaintext ?? Buffer.alloc(0)]);
    return { ciphertext: ciphertext?.toString('base64') };
  });

  app.post(`${stackPath}/batch-encrypt`, pulumiRoute, async (request) => {
    const { plaintexts } = readBody(request, batchEncryptRequest);
    const ciphertexts = await secrets.encrypt(await stackId(request), plaintexts ?? []);
    return { ciphertexts: ciphertexts.map((ciphertext) => ciphertext.toString('base64')) };
  });

  app.post(`${stackPath}/decrypt`, pulumiRoute, async (request) => {
    const { ciphertext } = readBody(request, decryptRequest);
    const [plaintext] = await secrets.decrypt(await stackId(request), [ciphertext]);
    return { plaintext: plaintext?.toString('base64') };
  });

  app.post(`${stackPath}/batch-decrypt`, pulumiRoute, async (request) => {
    const ciphertexts = readBody(request, batchDecryptRequest).ciphertexts ?? [];
    const opened = await secrets.decrypt(
      await stackId(request),
      ciphertexts.map((text) => Buffer.from(text, 'base64')),
    );
    const plaintexts = ciphertexts.map(
      (text, index) => [text, opened[index]?.toString('base64') ?? ''] as const,
    );
    return { plaintexts: Object.fromEntries(plaintexts) };
  });

  for (const path of ['log-decryption', 'log-batch-decryption']) {
    app.post(`${stackPath}/decrypt/${path}`, pulumiRoute, async (request, reply) => {
      await stackId(request);
      return reply.code(204).send();
    });
  }
}
