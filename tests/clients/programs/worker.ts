// Runs the scenarios in a Worker: the request brings the orders.

import { runScenarios, type Orders } from "./scenarios.ts";

export default {
  async fetch(request: Request): Promise<Response> {
    return Response.json(await runScenarios((await request.json()) as Orders));
  },
};
