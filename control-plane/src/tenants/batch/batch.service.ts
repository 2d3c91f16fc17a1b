import { Injectable } from '@nestjs/common';
import { CatalogService } from '../../catalog/catalog.service.js';
import { AppError } from '../../platform/app-error.js';
import { storageProblem } from '../../platform/http/json-body.js';
import { problemAnswer, toAppError, type Problem } from '../../platform/http/problem.js';
import { jsonPointer, inWords, schemaErrors } from '../../platform/http/schema-errors.js';
import { sentenceOf } from '../../platform/http/schema-messages.js';
import type { Ctx } from '../../platform/request-context.js';
import { UnitOfWork, type Tx } from '../../platform/unit-of-work.js';
import { Onboarding } from '../onboarding.js';
import { newTenantBody, type NewTenant } from '../tenant.schema.js';
import { columnOf } from './batch-csv.js';
import { batchResults, type BatchReport, type BatchRow } from './batch.schema.js';
import { ExistingTenants } from './existing-tenants.js';
import { typedParameters } from './typed-parameters.js';

export interface BatchRequest {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly from: 'json' | 'csv';
  readonly dryRun: boolean;
}

type Outcome = Pick<BatchRow, 'result' | 'tenantId' | 'operationId' | 'changes'>;

/** What a dry run throws away together with its transaction. */
class DryRunEnded extends Error {
  constructor(readonly outcome: Outcome) {
    super('A dry run keeps nothing.');
  }
}

/**
 * Takes in many clients at once. Each row has a transaction of its own, so the first client is on its way while the last is
 * being written, and what was cut off is completed by sending the same rows again: a row whose client is there already, as
 * the row says, changes nothing.
 */
@Injectable()
export class BatchService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly catalog: CatalogService,
    private readonly onboarding: Onboarding,
    private readonly existing: ExistingTenants,
  ) {}

  async run(ctx: Ctx, request: BatchRequest): Promise<BatchReport> {
    const rows: BatchRow[] = [];
    const seen = new Map<string, number>();
    for (const [index, item] of request.items.entries()) {
      ctx.signal.throwIfAborted();
      const row = index + (request.from === 'csv' ? 2 : 1);
      const slug = typeof item['slug'] === 'string' ? item['slug'] : null;
      const before = slug === null ? undefined : seen.get(slug);
      if (slug !== null && before === undefined) seen.set(slug, row);
      const outcome = await this.#tried(ctx, request, item, before);
      rows.push({ row, slug, ...outcome });
    }
    const counts = { accepted: 0, updated: 0, unchanged: 0, refused: 0 };
    for (const { result } of rows) counts[result] += 1;
    return { dryRun: request.dryRun, counts, items: rows };
  }

  async #tried(
    ctx: Ctx,
    request: BatchRequest,
    item: Readonly<Record<string, unknown>>,
    before: number | undefined,
  ): Promise<Omit<BatchRow, 'row' | 'slug'>> {
    try {
      if (before !== undefined) throw repeated(before);
      return await this.uow.run(ctx, (tx) => this.#row(ctx, tx, request, item));
    } catch (error) {
      if (error instanceof DryRunEnded) return error.outcome;
      const problem = refusal(ctx, error, request.from);
      return { result: 'refused', tenantId: null, operationId: null, changes: [], problem };
    }
  }

  async #row(
    ctx: Ctx,
    tx: Tx,
    { from, dryRun }: BatchRequest,
    item: Readonly<Record<string, unknown>>,
  ): Promise<Outcome> {
    const wanted = checked(from === 'csv' ? await this.#typed(tx, item) : item);
    const outcome = await this.#apply(ctx, tx, wanted, new Set(Object.keys(item)));
    if (dryRun) throw new DryRunEnded({ ...outcome, operationId: null, tenantId: kept(outcome) });
    return outcome;
  }

  async #apply(ctx: Ctx, tx: Tx, wanted: NewTenant, said: ReadonlySet<string>): Promise<Outcome> {
    const known = await this.existing.compare(tx, wanted, said);
    if (!known) {
      const operation = await this.onboarding.begin(ctx, tx, wanted);
      return { result: 'accepted', tenantId: operation.tenantId, operationId: operation.id, changes: [] };
    }
    const { tenant, changes } = known;
    if (changes.length === 0) return { result: 'unchanged', tenantId: tenant.id, operationId: null, changes };
    const operationId = await this.existing.update(ctx, tx, tenant, wanted, changes);
    return { result: 'updated', tenantId: tenant.id, operationId, changes };
  }

  async #typed(tx: Tx, item: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    const { template, release, parameters } = item;
    if (typeof template !== 'string' || typeof parameters !== 'object' || parameters === null) return item;
    const version = typeof release === 'string' ? release : undefined;
    const found = await this.catalog.releaseFor(tx, template, version);
    return found
      ? { ...item, parameters: typedParameters(found.manifest.parameters, { ...parameters }) }
      : item;
  }
}

/** A tenant that only the dry run has made has no id that anybody could ask for. */
function kept({ result, tenantId }: Outcome): string | null {
  return result === batchResults[0] ? null : tenantId;
}

function checked(item: Readonly<Record<string, unknown>>): NewTenant {
  const problem = storageProblem(item, 0);
  if (problem !== undefined) throw new AppError('malformed', 'invalid_row', { publicMessage: `${problem}.` });
  const result = newTenantBody.safeParse(item, { error: sentenceOf });
  if (result.success) return result.data;
  const errors = schemaErrors(result.error, jsonPointer);
  throw new AppError('malformed', 'invalid_row', {
    publicMessage: `The row is not valid: ${errors.map(inWords).join('; ')}.`,
    errors,
  });
}

function refusal(ctx: Ctx, error: unknown, from: BatchRequest['from']): Problem {
  const known = toAppError(error);
  const { body, logLevel } = problemAnswer(known, ctx.requestId);
  ctx.log[logLevel](
    { code: known.code, ...(known.cause !== undefined && { err: known.cause }) },
    known.publicMessage,
  );
  if (from === 'json' || !body.errors) return body;
  return { ...body, errors: body.errors.map((field) => ({ ...field, column: columnOf(field.pointer) })) };
}

function repeated(row: number): AppError {
  return new AppError('malformed', 'repeated_row', {
    publicMessage: `Row ${row} has the same slug; each client has one row.`,
    errors: [{ pointer: '/slug', message: `is in row ${row} already` }],
  });
}
