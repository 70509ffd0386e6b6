// The main module around that of a Worker imports this (modules.ts writes it).

export { limited, limitsReport } from "./incoming.ts";
export { limits } from "./limits.ts";
