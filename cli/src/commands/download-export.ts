import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { unwrap, unwrapWithResponse, type Export } from '@leasehold/api-client';
import { api, type Context } from '../context.js';

/** The file is not what the API has exported; what was written of it is gone. */
export class DamagedDownloadError extends Error {
  override readonly name = 'DamagedDownloadError';
}

/** Downloads into `<output>.part`, going on with what is there already, and gives it its name once its digest is right. */
export async function downloadExport(
  context: Context,
  id: string,
  exportId: string,
  output: string,
): Promise<void> {
  const path = { id, export: exportId };
  const client = await api(context);
  const exported = await unwrap(client.GET('/v1/tenants/{id}/exports/{export}', { params: { path } }));
  const part = `${output}.part`;
  const have = await sizeOf(part);
  if (have < exported.bytes) await fetchRest(context, path, exported, part, have);
  const digest = await sha256(part);
  if (digest !== exported.sha256) {
    await rm(part, { force: true });
    throw new DamagedDownloadError(
      `What was downloaded of ${exportId} has the SHA-256 ${digest} and not ${exported.sha256 ?? 'a known one'}; it was removed. Download it again.`,
    );
  }
  await rename(part, output);
  context.printer.result(
    { ...exported, output },
    `${output}: ${exported.rows} rows, ${exported.bytes} bytes, SHA-256 ${digest}`,
  );
}

async function fetchRest(
  context: Context,
  path: { id: string; export: string },
  { sha256: digest }: Export,
  part: string,
  have: number,
): Promise<void> {
  const headers = have > 0 ? { Range: `bytes=${have}-`, 'If-Range': `"${digest ?? ''}"` } : {};
  const { data, response } = await unwrapWithResponse(
    (await api(context)).GET('/v1/tenants/{id}/exports/{export}/content', {
      params: { path },
      headers,
      parseAs: 'stream',
      signal: context.signal,
    }),
  );
  const file = await open(part, response.status === 206 ? 'a' : 'w');
  try {
    const stream: ReadableStream<Uint8Array> | null = data;
    if (stream !== null) for await (const chunk of stream) await file.write(chunk);
  } finally {
    await file.close();
  }
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) if (Buffer.isBuffer(chunk)) hash.update(chunk);
  return hash.digest('hex');
}
