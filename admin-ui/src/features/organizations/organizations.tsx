export const Organizations = () => null;
