import { Inject, Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { AppError } from '../platform/app-error.js';
import { newId } from '../platform/ids.js';
import { mapPage, type ListRequest } from '../platform/lists/list.js';
import type { Page } from '../platform/lists/page.js';
import type { Ctx } from '../platform/request-context.js';
import { SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import { urlProblem } from './reachable-address.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { showWebhook } from './webhook-view.js';
import type { NewWebhookBody, WebhookPatch, WebhookView } from './webhook.schema.js';
import { WebhooksRepository, type WebhookRow } from './webhooks.repository.js';

/** How long messages carry the signature of the secret before as well. */
const overlapHours = 24;

/** Webhooks as their owners see them. */
@Injectable()
export class WebhooksService {
  readonly #repository = new WebhooksRepository();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly audit: AuditService,
    private readonly secrets: WebhookSecrets,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
  ) {}

  /** @returns the webhook and its secret, which no later answer shows */
  async create(ctx: Ctx, tx: Tx, body: NewWebhookBody): Promise<{ view: WebhookView; secret: string }> {
    this.#requireUsable(body.url);
    const tenantId = await this.#scope(ctx, tx, body.tenantId);
    const id = newId('whk');
    const { secret, sealed } = await this.secrets.make(id);
    const { url, description, types, format } = body;
    const facts = { id, tenantId, url, description, types, format };
    const made = await this.#repository.insert(tx, { ...facts, secret: sealed });
    await this.#record(ctx, tx, 'webhook.create', undefined, made);
    return { view: showWebhook(made), secret };
  }

  async list(ctx: Ctx, tenantId: string | undefined, request: ListRequest): Promise<Page<WebhookView>> {
    const found = await this.uow.run(ctx, (tx) => this.#repository.page(tx, tenantId, request));
    return mapPage(found, showWebhook);
  }

  async get(ctx: Ctx, id: string): Promise<WebhookView> {
    return showWebhook(await this.uow.run(ctx, (tx) => this.require(tx, id)));
  }

  async change(ctx: Ctx, tx: Tx, id: string, patch: WebhookPatch): Promise<WebhookView> {
    if (patch.url !== undefined) this.#requireUsable(patch.url);
    const before = found(await this.#repository.lock(tx, id), id);
    const { url, description, types, format, enabled } = before;
    const after = await this.#repository.replace(tx, id, {
      url: patch.url ?? url,
      description: patch.description ?? description,
      types: patch.types ?? types,
      format: patch.format ?? format,
      enabled: patch.enabled ?? enabled,
    });
    await this.#record(ctx, tx, 'webhook.update', before, after);
    return showWebhook(after);
  }

  /** Its deliveries go with it. */
  async remove(ctx: Ctx, tx: Tx, id: string): Promise<void> {
    const before = found(await this.#repository.lock(tx, id), id);
    await this.#repository.remove(tx, id);
    await this.#record(ctx, tx, 'webhook.delete', before, undefined);
  }

  /** A new secret; messages are signed with the one before as well for a day. */
  async rotate(ctx: Ctx, tx: Tx, id: string): Promise<{ view: WebhookView; secret: string }> {
    found(await this.#repository.lock(tx, id), id);
    const { secret, sealed } = await this.secrets.make(id);
    const after = await this.#repository.rotate(tx, id, sealed, overlapHours);
    const { tenant_id: tenantId } = after;
    await this.audit.record(ctx, tx, { action: 'webhook.rotate_secret', subject: id, tenantId });
    return { view: showWebhook(after), secret };
  }

  /** @throws AppError `webhook_not_found`, also for one that the caller may not see */
  async require(tx: Tx, id: string): Promise<WebhookRow> {
    return found(await this.#repository.find(tx, id), id);
  }

  /** Whose events a new webhook is told of. */
  async #scope(ctx: Ctx, tx: Tx, wanted: string | undefined): Promise<string | null> {
    const own = ctx.actor.tenantId;
    if (wanted === undefined) return own ?? null;
    const known = own === undefined ? await this.#repository.tenantLives(tx, wanted) : wanted === own;
    if (known) return wanted;
    throw new AppError('not_allowed', 'unknown_tenant', {
      publicMessage: `There is no tenant ${wanted}.`,
      errors: [{ pointer: '/tenantId', message: 'is not the id of a tenant' }],
    });
  }

  #requireUsable(url: string): void {
    const problem = urlProblem(url, this.settings.LEASEHOLD_WEBHOOK_REACH);
    if (problem === undefined) return;
    throw new AppError('not_allowed', 'webhook_url', {
      publicMessage: `The URL of the webhook ${problem}.`,
      errors: [{ pointer: '/url', message: problem }],
    });
  }

  async #record(
    ctx: Ctx,
    tx: Tx,
    action: string,
    before: WebhookRow | undefined,
    after: WebhookRow | undefined,
  ): Promise<void> {
    const subject = after?.id ?? before?.id ?? '';
    const tenantId = after?.tenant_id ?? before?.tenant_id ?? null;
    await this.audit.record(ctx, tx, {
      action,
      subject,
      tenantId,
      ...(before && { before: specOf(before) }),
      ...(after && { after: specOf(after) }),
    });
  }
}

function specOf({ url, description, types, format, enabled }: WebhookRow): object {
  return { url, description, types, format, enabled };
}

function found(webhook: WebhookRow | undefined, id: string): WebhookRow {
  if (webhook) return webhook;
  throw new AppError('not_found', 'webhook_not_found', { publicMessage: `There is no webhook ${id}.` });
}
