export const Providers = () => null;
