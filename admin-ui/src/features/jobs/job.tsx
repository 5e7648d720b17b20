export const Job = () => null;
