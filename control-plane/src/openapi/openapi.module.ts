import { Module } from '@nestjs/common';
import { DocsController } from './docs.controller.js';

/** What the API says of itself: the OpenAPI document and a page to read it. */
@Module({ controllers: [DocsController] })
export class OpenApiModule {}
