// The reference: Swagger UI over the contract of this dispatcher. A key is kept in memory only, and
// ends with the page.

import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

SwaggerUI({
  url: "/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  filter: true,
  displayOperationId: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  tryItOutEnabled: true,
  // Nothing leaves this dispatcher: no badge of a validator elsewhere.
  validatorUrl: null,
});
