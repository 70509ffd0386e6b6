// The state of the webhook form: its fields, what is wrong with them, and its submission.

import { useState } from "preact/hooks";
import { ApiError } from "../http.ts";
import { useAction } from "../use_action.ts";
import { problemsOf, type WebhookFields } from "./webhook_fields.ts";

export function useForm(initial: WebhookFields, send: (fields: WebhookFields) => Promise<void>) {
  const [fields, change] = useState(initial);
  const { isBusy, error, run, clear } = useAction("form");
  /** Sends the form, unless something is wrong that needs no answer to be seen. */
  const submit = () =>
    void run(async () => {
      const problems = problemsOf(fields);
      if (Object.keys(problems).length > 0) throw new ApiError(400, "", problems);
      await send(fields);
    });
  return { fields, change, isBusy, error, submit, clear };
}
