// The API reference: Swagger UI for the contract of this dispatcher. A key that is entered is kept
// in memory only, until the page is closed.

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
  // No validator badge: it would send the document to another server.
  validatorUrl: null,
});
