import 'swagger-ui-dist/swagger-ui.css';
import '../lib/theme.css';
import './docs.css';
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';

/** Swagger UI has a dark theme of its own, which it switches by a class instead of by the media query. */
function followColorScheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => void document.documentElement.classList.toggle('dark-mode', dark.matches);
  dark.addEventListener('change', apply);
  apply();
}

followColorScheme();
SwaggerUI({
  dom_id: '#reference',
  url: '/openapi.json',
  // Without this the document's address is sent to a public validator.
  validatorUrl: null,
  persistAuthorization: false,
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
});
