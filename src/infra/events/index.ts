import { Global, Module } from '@nestjs/common';
import { Events, RECONNECTED } from './events.js';

@Global()
@Module({ providers: [Events], exports: [Events] })
export class EventsModule {}

export { Events, RECONNECTED };
