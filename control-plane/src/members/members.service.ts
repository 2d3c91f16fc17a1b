import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { IssuersService } from '../issuers/issuers.service.js';
import type { IssuedToken } from '../issuers/issuer.schema.js';
import { AppError } from '../platform/app-error.js';
import type { Page } from '../platform/lists/page.js';
import { newId } from '../platform/ids.js';
import { mapPage, type ListRequest } from '../platform/lists/list.js';
import type { Ctx } from '../platform/request-context.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import type { MemberBody, MemberPatch, MemberView } from './member.schema.js';
import { MembersRepository, type MemberRow } from './members.repository.js';

/** The people and programs of a client whom its product knows, with their roles there. */
@Injectable()
export class MembersService {
  readonly #repository = new MembersRepository();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly audit: AuditService,
    private readonly issuers: IssuersService,
  ) {}

  /** @throws AppError `member_exists` */
  async add(ctx: Ctx, tx: Tx, tenantId: string, body: MemberBody): Promise<MemberView> {
    const id = newId('mem');
    const { email = null, displayName = '', roles } = body;
    const subject = body.subject ?? email ?? id;
    const added = await this.#repository.insert(tx, { id, tenantId, subject, email, displayName, roles });
    if (added === undefined) throw exists();
    await this.#record(ctx, tx, 'member.add', undefined, added);
    return toView(added);
  }

  async get(ctx: Ctx, tenantId: string, id: string): Promise<MemberView> {
    return toView(known(await this.uow.run(ctx, (tx) => this.#repository.find(tx, tenantId, id)), id));
  }

  async list(ctx: Ctx, tenantId: string, request: ListRequest): Promise<Page<MemberView>> {
    return mapPage(await this.uow.run(ctx, (tx) => this.#repository.page(tx, tenantId, request)), toView);
  }

  /** Tokens that it has keep their roles until they end. @throws AppError `member_exists` */
  async change(ctx: Ctx, tx: Tx, tenantId: string, id: string, patch: MemberPatch): Promise<MemberView> {
    const before = known(await this.#repository.lock(tx, tenantId, id), id);
    const email = patch.email === undefined ? before.email : patch.email;
    if (email !== null && (await this.#repository.emailTaken(tx, tenantId, id, email))) throw exists();
    const changed = await this.#repository.replace(tx, id, {
      email,
      displayName: patch.displayName ?? before.display_name,
      roles: patch.roles ?? before.roles,
    });
    const after = known(changed, id);
    await this.#record(ctx, tx, 'member.update', before, after);
    return toView(after);
  }

  async remove(ctx: Ctx, tx: Tx, tenantId: string, id: string): Promise<void> {
    const before = known(await this.#repository.lock(tx, tenantId, id), id);
    await this.#repository.remove(tx, id);
    await this.#record(ctx, tx, 'member.remove', before, undefined);
  }

  /** A token with the roles that the member has now. */
  async issueToken(ctx: Ctx, tx: Tx, tenantId: string, id: string, minutes: number): Promise<IssuedToken> {
    const member = known(await this.#repository.lock(tx, tenantId, id), id);
    const { subject, roles, email, display_name: name } = member;
    const more = { ...(email !== null && { email }), ...(name !== '' && { name }) };
    return this.issuers.issue(ctx, tx, tenantId, { subject, roles, minutes, more });
  }

  async #record(
    ctx: Ctx,
    tx: Tx,
    action: string,
    before: MemberRow | undefined,
    after: MemberRow | undefined,
  ): Promise<void> {
    const member = after ?? before;
    await this.audit.record(ctx, tx, {
      action,
      subject: member?.id ?? '',
      tenantId: member?.tenant_id ?? null,
      ...(before && { before: specOf(before) }),
      ...(after && { after: specOf(after) }),
    });
  }
}

function specOf({ subject, email, display_name: displayName, roles }: MemberRow): object {
  return { subject, email, displayName, roles };
}

function toView(found: MemberRow): MemberView {
  return {
    id: found.id,
    tenantId: found.tenant_id,
    subject: found.subject,
    email: found.email,
    displayName: found.display_name,
    roles: found.roles,
    createdAt: found.created_at.toISOString(),
    updatedAt: found.updated_at.toISOString(),
  };
}

function known(member: MemberRow | undefined, id: string): MemberRow {
  if (member) return member;
  throw new AppError('not_found', 'member_not_found', { publicMessage: `There is no member ${id}.` });
}

function exists(): AppError {
  return new AppError('conflict', 'member_exists', {
    publicMessage: 'The tenant has a member of this subject or e-mail address already.',
  });
}
