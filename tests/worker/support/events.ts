// Events to publish. Types are the ten of the document that this product implements.

export const eventTypes = [
  "COURSE_ENROLLMENT",
  "DOMAIN_ENROLLMENT",
  "COURSE_COMPLETION",
  "LESSON_COMPLETION",
  "PATH_COMPLETION",
  "PATH_ENROLLMENT",
  "QUIZ_COMPLETION",
  "PURCHASE_FULFILLMENT",
  "DASHBOARD_TASK_CREATED",
  "VILT_EVENT_REGISTRATION",
];

/** An event of the shape that the vendor has published, told apart from others by `mark`. */
export function event(mark: string, eventType = "COURSE_ENROLLMENT"): Record<string, unknown> {
  return {
    event_type: eventType,
    timestamp: "2015-02-13T18:57:55.066475+00:00",
    user: {
      first_name: "Jane",
      last_name: "Doe",
      id: "3456789hijklmno",
      email: "jane@example.com",
    },
    mark,
  };
}

/** The marks of events that arrived, in order of arrival. */
export function marks(bodies: string[]): string[] {
  return bodies.map((body) => JSON.parse(body).mark);
}
