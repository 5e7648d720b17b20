/** The package has no types; these are the options that docs/main.ts uses. */
declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  interface Options {
    dom_id: string;
    url: string;
    validatorUrl: string | null;
    persistAuthorization: boolean;
    deepLinking: boolean;
    docExpansion: 'list' | 'full' | 'none';
    defaultModelsExpandDepth: number;
  }
  export default function SwaggerUI(options: Options): void;
}
