import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { catchError, type Observable, throwError } from 'rxjs';
import { DomainError } from '../../../core/errors.js';

const snakeCase = (text: string): string => text.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Services name the field at fault as GraphQL spells it; callers of REST get the name that they sent. */
@Injectable()
export class Spelling implements NestInterceptor {
  constructor(private readonly names: ReadonlyMap<string, string>) {}

  intercept(_host: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(catchError((error: unknown) => throwError(() => this.respell(error))));
  }

  private respell(error: unknown): unknown {
    if (!(error instanceof DomainError) || error.details.field === undefined) return error;
    const { code, message, details } = error;
    const field = this.nameOf(details.field!);
    const errors = details.errors?.map((each) => ({ ...each, field: this.nameOf(each.field) }));
    // The words of an invalid field begin with its name.
    const text = message.startsWith(`${details.field}: `) ? field + message.slice(details.field!.length) : message;
    return new DomainError(code, text, { ...details, field, ...(errors && { errors }) }, { cause: error });
  }

  private nameOf(field: string): string {
    return this.names.get(field) ?? snakeCase(field);
  }
}
