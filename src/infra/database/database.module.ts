import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Config } from '../../config/index.js';
import { ChangeRecorder } from './change-recorder.js';
import { Database } from './database.js';
import { applicationOptions } from './options.js';

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Config],
      useFactory: (config: Config) => ({
        ...applicationOptions(config.databaseUrl!.reveal(), config.bounds.databasePoolSize),
        autoLoadEntities: true,
        retryAttempts: 0,
        subscribers: [ChangeRecorder],
      }),
    }),
  ],
  providers: [Database],
  exports: [Database],
})
export class DatabaseModule {}
