/* What an organization, the parameter :visibleTo, may see of the catalogue: what is granted to its teams and projects. */

const OWN = 'access_grants own WHERE own.organization_id = :visibleTo';
const LINKED = `access_grants own JOIN access_group_aliases link ON link.access_group_id = own.access_group_id
  WHERE own.organization_id = :visibleTo`;
const LED_TO = `access_grants own JOIN access_group_aliases link ON link.access_group_id = own.access_group_id
  JOIN alias_targets led ON led.alias_id = link.alias_id WHERE own.organization_id = :visibleTo`;

export const isGrantedGroup = (id: string): string => `EXISTS (SELECT 1 FROM ${OWN} AND own.access_group_id = ${id})`;
export const isGrantedAlias = (id: string): string => `EXISTS (SELECT 1 FROM ${LINKED} AND link.alias_id = ${id})`;
/** Of a model that a granted alias leads to. */
export const isGrantedModel = (id: string): string => `EXISTS (SELECT 1 FROM ${LED_TO} AND led.model_id = ${id})`;
