// Events to publish. The types are the ten that the vendor documents.

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

/** Returns an event in the vendor's documented shape. `mark` distinguishes it from others. */
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

/** Returns the marks of received bodies, in order of arrival. */
export function marks(bodies: string[]): string[] {
  return bodies.map((body) => JSON.parse(body).mark);
}
