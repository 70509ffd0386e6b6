// The clock of a run.

/** Milliseconds on the monotonic clock, which all processes of this machine share. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
