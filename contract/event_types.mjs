// The event types, each with the condition that triggers it.

/** The ten documented types. crates/domain/src/event/event_type.rs has the same sentences. */
export const EVENT_TYPES = [
  ["COURSE_ENROLLMENT", "Learner enrolls (or is enrolled) into a course"],
  ["DOMAIN_ENROLLMENT", "Learner creates an account on a training domain"],
  [
    "COURSE_COMPLETION",
    "Course is marked complete (by completing all required lessons or via an external event)",
  ],
  [
    "LESSON_COMPLETION",
    "Lesson is marked complete (through the learner action or via an external event)",
  ],
  [
    "PATH_COMPLETION",
    "Path is marked complete (by completing all courses in the path, or via an external event)",
  ],
  ["PATH_ENROLLMENT", "Learner enrolls (or is enrolled) into a Path"],
  [
    "QUIZ_COMPLETION",
    "Quiz Attempt is Completed (note: if the quiz has a manual graded Task associated, " +
      "this event will not trigger until the task is completed)",
  ],
  ["PURCHASE_FULFILLMENT", "Purchase event is fulfilled/completed"],
  ["DASHBOARD_TASK_CREATED", "A Task has been created that requires a review on the dashboard"],
  ["VILT_EVENT_REGISTRATION", "Learner registers for a virtual instructor-led training session"],
];

/** The operational events, which the dispatcher itself publishes about a webhook. */
export const OPERATIONAL = [
  ["WEBHOOK_DEACTIVATED", "The dispatcher switched a webhook of the account off"],
  ["WEBHOOK_FAILING", "Five tries in a row to a webhook of the account have failed"],
  ["WEBHOOK_RECOVERED", "The receiver of a webhook that was failing answers again"],
];

/** The event of a ping without an `event_type`. */
export const PING = ["PING", "Somebody tests a webhook"];

/** The `event_type` of an account's alert. */
export const ALERT = "WEBHOOK_ALERT";

/** A Markdown table of event types. */
export const tableOf = (types) =>
  ["| event type | triggered when |", "|---|---|"]
    .concat(types.map(([name, when]) => `| \`${name}\` | ${when} |`))
    .join("\n");

/** The name of the schema of a type: `CourseCompletionEvent` of `COURSE_COMPLETION`. */
export const schemaNameOf = (name) =>
  `${name.toLowerCase().replaceAll(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase())}Event`;

export const names = (types) => types.map(([name]) => name);
