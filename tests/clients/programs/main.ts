// Runs the scenarios in Node, Bun or Deno. The file `orders.json` beside it says where.

import orders from "./orders.json" with { type: "json" };
import { runScenarios, type Orders } from "./scenarios.ts";

const outcomes = await runScenarios(orders as unknown as Orders);
console.log(JSON.stringify(outcomes));
