export const Models = () => null;
