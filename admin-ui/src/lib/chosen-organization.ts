const PLACE = 'tollkeeper:organization';

/** The organization in whose name a person with several memberships works; null leaves the choice to the server. */
export const chosenOrganization = (): string | null => localStorage.getItem(PLACE);

export function chooseOrganization(id: string | null): void {
  if (id) localStorage.setItem(PLACE, id);
  else localStorage.removeItem(PLACE);
}
