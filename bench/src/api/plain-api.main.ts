import 'reflect-metadata';
import { Controller, Get, Module, Param, Query } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { announceReady, onStop } from '@leasehold/processes';
import type { NestApplicationOptions } from '@nestjs/common';
import { DataSource, EntitySchema, EntitySchemaOptions } from 'typeorm';

interface Hostname {
  hostname: string;
  tenant: Tenant;
}
interface Tenant {
  id: string;
  slug: string;
  displayName: string;
  state: string;
  template: string;
  plan: string;
  cell: string;
  labels: Record<string, string>;
  createdAt: Date;
  updatedAt: Date;
  hostnames: Hostname[];
}

const hostnames = new EntitySchema<Hostname>(
  Object.assign(new EntitySchemaOptions<Hostname>(), {
    name: 'Hostname',
    schema: 'leasehold',
    tableName: 'hostnames',
    columns: { hostname: { type: 'text', primary: true } },
    relations: { tenant: { type: 'many-to-one', target: 'Tenant', joinColumn: { name: 'tenant_id' } } },
  }),
);
const tenants = new EntitySchema<Tenant>(
  Object.assign(new EntitySchemaOptions<Tenant>(), {
    name: 'Tenant',
    schema: 'leasehold',
    tableName: 'tenants',
    columns: {
      id: { type: 'text', primary: true },
      slug: { type: 'text' },
      displayName: { type: 'text', name: 'display_name' },
      state: { type: 'text' },
      template: { type: 'text' },
      plan: { type: 'text' },
      cell: { type: 'text' },
      labels: { type: 'jsonb' },
      createdAt: { type: 'timestamptz', name: 'created_at' },
      updatedAt: { type: 'timestamptz', name: 'updated_at' },
    },
    relations: { hostnames: { type: 'one-to-many', target: 'Hostname', inverseSide: 'tenant' } },
  }),
);

const source = await new DataSource({
  type: 'postgres',
  entities: [tenants, hostnames],
  extra: { connectionString: process.argv[2], max: 10 },
}).initialize();

@Controller('v1/tenants')
class TenantsController {
  @Get()
  async list(
    @Query('limit') limit: string,
    @Query('offset') offset: string,
  ): Promise<{ items: Tenant[]; total: number }> {
    const [items, total] = await source.getRepository(tenants).findAndCount({
      relations: { hostnames: true },
      order: { createdAt: 'DESC' },
      take: Number(limit),
      skip: Number(offset),
    });
    return { items, total };
  }

  @Get(':id')
  async get(@Param('id') id: string): Promise<Tenant> {
    return source.getRepository(tenants).findOneOrFail({ where: { id }, relations: { hostnames: true } });
  }
}

@Module({ controllers: [TenantsController] })
class PlainModule {}

const options: Pick<NestApplicationOptions, 'logger'> = { logger: ['error'] };
const app = await NestFactory.create<NestFastifyApplication>(PlainModule, new FastifyAdapter(), options);
await app.listen(0, '127.0.0.1');
onStop(() => app.close(), { deadlineMs: 10_000 });
announceReady({ port: Number(new URL(await app.getUrl()).port) });
