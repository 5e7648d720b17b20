import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { IsEmail, IsEnum, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { RoleGrantInput } from '../people/role-grant.inputs.js';
import { Invitation, InvitationStatus } from './invitation.entity.js';

@InputType()
export class CreateInvitationInput extends RoleGrantInput {
  @Field({ description: 'Where the link is going to be sent; it proves nothing.' })
  @IsEmail()
  @MaxLength(254)
  email: string;

  @Field()
  @IsString()
  @Length(1, 200)
  name: string;
}

@InputType()
export class InvitationFilter {
  @Field(() => InvitationStatus, { nullable: true })
  @IsOptional()
  @IsEnum(InvitationStatus)
  status?: InvitationStatus | null;

  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  organizationId?: string | null;
}

export enum InvitationOrder {
  CREATED_DESC = 'created_desc',
  CREATED_ASC = 'created_asc',
  EMAIL_ASC = 'email_asc',
  EMAIL_DESC = 'email_desc',
  NAME_ASC = 'name_asc',
  NAME_DESC = 'name_desc',
  EXPIRES_ASC = 'expires_asc',
  EXPIRES_DESC = 'expires_desc',
  INVITED_BY_ASC = 'invited_by_asc',
  INVITED_BY_DESC = 'invited_by_desc',
}
registerEnumType(InvitationOrder, { name: 'InvitationOrder' });

@ObjectType({ description: 'An invitation just made; the token of its link is shown here and never again.' })
export class IssuedInvitation {
  @Field(() => Invitation)
  invitation: Invitation;

  @Field()
  token: string;
}
