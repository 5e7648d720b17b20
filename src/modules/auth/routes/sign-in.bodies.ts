import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';

export class MasterKeyBody {
  @ApiProperty({ type: 'string', description: 'The master key.' })
  @IsString()
  @Length(1, 500)
  master_key: string;
}

export class LinkBody {
  @ApiProperty({ type: 'string', description: 'The secret of a one-time link: what follows #token= in it.' })
  @IsString()
  @Length(1, 100)
  token: string;
}

export class SignInMethods {
  @ApiProperty({ type: 'boolean', description: 'With Microsoft Entra ID.' })
  entra: boolean;

  @ApiProperty({ type: 'boolean', description: 'With the master key.' })
  master_key: boolean;
}

export class SessionState {
  @ApiProperty({ type: 'boolean' })
  signed_in: boolean;

  @ApiProperty({ type: () => SignInMethods, description: 'How one can sign in here.' })
  methods: SignInMethods;

  @ApiProperty({ type: 'boolean', description: 'Nobody owns this installation yet: a set-up link makes the first.' })
  setup_needed: boolean;
}

export class SignedIn {
  @ApiProperty({ type: 'boolean' })
  signed_in: true;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'The session ends then, however much it is used.' })
  expires_at: string;
}

export class GoTo {
  @ApiProperty({ type: 'string', description: 'Where the browser has to go on.' })
  redirect_to: string;
}

export class SignedOut {
  @ApiProperty({ type: 'string', nullable: true, description: 'Where to sign out of the directory too, if anywhere.' })
  redirect_to: string | null;
}
