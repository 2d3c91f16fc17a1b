import { Inject, Injectable } from '@nestjs/common';
import { SpanKind } from '@opentelemetry/api';
import { Outbox } from '../events/outbox.js';
import type { Ctx } from '../platform/request-context.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { currentTraceparent, inSpan, underTrace } from '../platform/telemetry/tracing.js';
import { SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import { DeliveryLedger, type Claimed, type Outcome } from './delivery-ledger.js';
import { contentTypes } from './message.js';
import { send } from './sender.js';
import { signedHeaders } from './sign-message.js';
import { judge, patienceMs, type Attempt, type Verdict } from './verdict.js';
import { WebhookSecrets } from './webhook-secrets.js';

/** One attempt at one delivery: sign, send, judge, write down. */
@Injectable()
export class DeliveryAttempt {
  readonly #ledger = new DeliveryLedger();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly secrets: WebhookSecrets,
    private readonly metrics: Metrics,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
  ) {}

  async make(ctx: Ctx, delivery: Claimed): Promise<void> {
    const { id, webhook_id: webhookId, type, attempts } = delivery;
    const facts = {
      'leasehold.delivery_id': id,
      'leasehold.webhook_id': webhookId,
      'leasehold.event_type': type,
    };
    const span = { ...facts, 'leasehold.attempt': attempts };
    await underTrace(delivery.traceparent, () =>
      inSpan('webhook delivery', span, () => this.#make(ctx, delivery), SpanKind.CLIENT),
    );
  }

  async #make(ctx: Ctx, delivery: Claimed): Promise<void> {
    const began = performance.now();
    const attempt = await this.#send(ctx, delivery);
    const verdict = judge(attempt, delivery.attempts, Math.random());
    this.metrics.webhooks.attempted(verdict.kind, (performance.now() - began) / 1000);
    await this.uow.run(ctx, (tx) => this.#write(tx, delivery, attempt, verdict));
    const { id: deliveryId, webhook_id: webhookId, attempts, type } = delivery;
    ctx.log.info(
      { deliveryId, webhookId, attempts, type, verdict: verdict.kind },
      'webhook delivery attempted',
    );
  }

  async #send(ctx: Ctx, delivery: Claimed): Promise<Attempt> {
    try {
      const body = JSON.stringify(delivery.payload);
      const secrets = await this.#openSecrets(delivery);
      const headers = signedHeaders(
        {
          id: delivery.message_id,
          body,
          contentType: contentTypes[delivery.format],
          traceparent: currentTraceparent() ?? delivery.traceparent ?? undefined,
        },
        secrets,
        new Date(),
      );
      const { LEASEHOLD_WEBHOOK_REACH: reach } = this.settings;
      return await send({ url: delivery.url, headers, body }, reach, ctx.signal);
    } catch (error) {
      if (ctx.signal.aborted) return { kind: 'failed', reason: 'The worker stopped during the attempt.' };
      return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
    }
  }

  async #openSecrets(delivery: Claimed): Promise<string[]> {
    const { webhook_id: id, previous_secret: sealed, previous_secret_key_id: keyId } = delivery;
    const newest = await this.secrets.open(id, { keyId: delivery.secret_key_id, sealed: delivery.secret });
    return sealed && keyId !== null ? [newest, await this.secrets.open(id, { keyId, sealed })] : [newest];
  }

  async #write(tx: Tx, delivery: Claimed, attempt: Attempt, verdict: Verdict): Promise<void> {
    if (!(await this.#ledger.conclude(tx, delivery, outcomeOf(attempt, verdict)))) return;
    if (verdict.kind === 'succeeded') {
      await this.#ledger.noteSuccess(tx, delivery.webhook_id);
      return;
    }
    const failingMs = await this.#ledger.noteFailure(tx, delivery.webhook_id);
    if (verdict.kind === 'endpoint_gone') await this.#disable(tx, delivery, verdict.why);
    else if (failingMs > patienceMs) {
      const days = Math.floor(patienceMs / 86_400_000);
      await this.#disable(
        tx,
        delivery,
        `Nothing but failures for ${days} days. The last one: ${verdict.why}`,
      );
    }
  }

  async #disable(
    tx: Tx,
    { webhook_id: webhookId, tenant_id: tenantId }: Claimed,
    reason: string,
  ): Promise<void> {
    if (!(await this.#ledger.disable(tx, webhookId, reason))) return;
    await this.outbox.add(tx, { type: 'webhook.disabled', tenantId, data: { webhookId, reason } });
  }
}

function outcomeOf(attempt: Attempt, verdict: Verdict): Outcome {
  const status = attempt.kind === 'answered' ? { status: attempt.status } : {};
  switch (verdict.kind) {
    case 'succeeded':
      return { state: 'succeeded', ...status };
    case 'again':
      return { state: 'pending', afterMs: verdict.afterMs, error: verdict.why, ...status };
    case 'given_up':
    case 'endpoint_gone':
      return { state: 'failed', error: verdict.why, ...status };
  }
}
