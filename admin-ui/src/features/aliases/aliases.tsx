export const Aliases = () => null;
