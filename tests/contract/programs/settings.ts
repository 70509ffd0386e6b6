// What the test hands to a program.

const variable = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};

export const dispatcherUrl = variable("DISPATCHER_URL");
export const apiKey = variable("API_KEY");
export const adminKey = variable("ADMIN_KEY");
export const account = variable("ACCOUNT");
export const targetUrl = variable("TARGET_URL");
export const event = { event_type: "COURSE_COMPLETION", course: { id: "c1", title: "Zoë" } };

/** Repeats a read until it finds what it looks for. */
export async function found<T>(read: () => Promise<T | undefined>): Promise<T> {
  for (let round = 0; round < 200; round += 1) {
    const value = await read();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("it did not appear");
}
