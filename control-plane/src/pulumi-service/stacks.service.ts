import type { DataSource } from 'typeorm';
import type { Caller } from './caller.js';
import { PulumiApiError } from './pulumi-api-error.js';
import { checkStackRef, organization, stackRefText, type StackRef } from './stack-ref.js';
import type { Stack, StackFilter, StacksRepository, StackSummary } from './stacks.repository.js';
import type { UpdatesService } from './updates.service.js';
import type { HistoryEntry, UpdatesRepository } from './updates.repository.js';
import type { VersionedDeployment } from './wire/deployment.js';

const listPage = 200;

/** Stacks as callers see them: found, listed, made and removed within what the caller may do. */
export class StacksService {
  constructor(
    private readonly database: DataSource,
    private readonly stacks: StacksRepository,
    private readonly updates: UpdatesRepository,
    private readonly running: UpdatesService,
  ) {}

  /** @throws PulumiApiError 404 also for stacks that the caller may not see */
  async find(caller: Caller, ref: StackRef): Promise<Stack> {
    const stack = await this.stacks.find(ref);
    if (!stack || (caller.kind === 'run' && caller.stackId !== stack.id))
      throw new PulumiApiError(404, `Not Found: Stack '${stackRefText(ref)}' not found`);
    return stack;
  }

  /** @throws PulumiApiError 403 when the caller may only read */
  async findToChange(caller: Caller, ref: StackRef): Promise<Stack> {
    const stack = await this.find(caller, ref);
    if (!mayChange(caller))
      throw new PulumiApiError(403, 'This API key may read stacks, not change them or read their secrets.');
    return stack;
  }

  async create(
    caller: Caller,
    ref: StackRef,
    tags: Readonly<Record<string, string>>,
    state: VersionedDeployment | undefined,
  ): Promise<void> {
    if (caller.kind === 'run' || !mayChange(caller))
      throw new PulumiApiError(403, 'This caller may not make stacks.');
    if (ref.organization !== organization)
      throw new PulumiApiError(
        404,
        `There is no organization "${ref.organization}"; stacks live in "${organization}".`,
      );
    const id = await this.stacks.create(checkStackRef(ref), tags);
    if (id === undefined) throw new PulumiApiError(409, `Stack '${stackRefText(ref)}' already exists`);
    if (state) await this.database.transaction((tx) => this.stacks.saveState(tx, id, 1, state));
  }

  async remove(caller: Caller, ref: StackRef, force: boolean): Promise<void> {
    const { id } = await this.findToChange(caller, ref);
    await this.running.removeStack(id, force);
  }

  /** @param version an earlier one, or undefined for the state as of now */
  async export(caller: Caller, ref: StackRef, version: number | undefined): Promise<VersionedDeployment> {
    const stack = await this.find(caller, ref);
    if (version === undefined) return this.running.currentState(stack.id);
    const state = await this.stacks.earlierState(stack.id, version);
    if (!state)
      throw new PulumiApiError(404, `Version ${version} of ${stackRefText(ref)} is not kept (any more).`);
    return state;
  }

  async setTags(caller: Caller, ref: StackRef, tags: Readonly<Record<string, string>>): Promise<void> {
    const { id } = await this.findToChange(caller, ref);
    await this.stacks.setTags(id, tags);
  }

  async rename(caller: Caller, ref: StackRef, to: { project: string; name: string }): Promise<void> {
    const stack = await this.findToChange(caller, ref);
    if (stack.subject !== null)
      throw new PulumiApiError(409, `The control plane manages ${stackRefText(ref)}; it cannot be renamed.`);
    const wanted = checkStackRef({
      organization: ref.organization,
      project: to.project || ref.project,
      name: to.name || ref.name,
    });
    if (!(await this.stacks.rename(stack.id, wanted)))
      throw new PulumiApiError(409, `Stack '${stackRefText(wanted)}' already exists`);
  }

  /** @param after where the last page ended, 0 at first */
  async list(
    caller: Caller,
    filter: StackFilter,
    after: number,
  ): Promise<{ stacks: StackSummary[]; next: number | undefined }> {
    if (caller.kind === 'run') throw new PulumiApiError(403, 'A run sees its own stack only.');
    const page = await this.stacks.list(filter, after, listPage);
    return {
      stacks: page.map(({ summary }) => summary),
      next: page.length === listPage ? page.at(-1)?.id : undefined,
    };
  }

  async projectExists(caller: Caller, owner: string, project: string): Promise<boolean> {
    return caller.kind === 'key' && (await this.stacks.projectExists(owner, project));
  }

  async history(
    caller: Caller,
    ref: StackRef,
    page: { size: number; number: number },
  ): Promise<HistoryEntry[]> {
    const { id } = await this.find(caller, ref);
    return this.updates.history(id, (page.number - 1) * page.size, page.size);
  }
}

function mayChange(caller: Caller): boolean {
  return caller.kind === 'run' || caller.mayWrite;
}
