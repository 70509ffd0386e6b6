// The dialog that edits a webhook. It sends what the user has changed and nothing else, and only if
// nobody has changed the webhook meanwhile.

import { RefreshCw, TriangleAlert } from "lucide";
import { useState } from "preact/hooks";
import { useApp } from "../context.ts";
import { listed } from "../format.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Banner } from "../ui/notice.tsx";
import { useAction } from "../use_action.ts";
import type { Detail } from "./detail.ts";
import { useForm } from "./use_form.ts";
import { changedNames, fieldsOf, rebased, updateBody } from "./webhook_fields.ts";
import { WebhookForm } from "./webhook_form.tsx";

interface EditProps {
  detail: Detail;
  onClose: () => void;
}

/** Answered when the webhook is not the version of `If-Match` any more. */
const PRECONDITION_FAILED = 412;

export function EditDialog({ detail, onClose }: EditProps) {
  const { api, eventTypes, showToast } = useApp();
  const { id } = detail.webhook;
  const [base, setBase] = useState(detail.read);
  const before = fieldsOf(base, eventTypes);
  const reloading = useAction();
  const [changedElsewhere, setChangedElsewhere] = useState<string[]>();
  const form = useForm(before, async (fields) => {
    const body = updateBody(before, fields, base.webhook.event_types !== undefined);
    if (body !== "{}") await api.update(id, body, base.etag);
    showToast(body === "{}" ? "Nothing was changed." : "Saved.");
    detail.reload();
    onClose();
  });
  const isOutdated = form.error?.status === PRECONDITION_FAILED;
  const reload = () =>
    void reloading.run(async () => {
      const fresh = await api.webhook(id);
      const now = fieldsOf(fresh, eventTypes);
      setChangedElsewhere(changedNames(before, now));
      form.change(rebased(before, form.fields, now));
      form.clear();
      setBase(fresh);
    });
  return (
    <Dialog title="Edit webhook" onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          form.submit();
        }}
      >
        <WebhookForm
          fields={form.fields}
          onChange={form.change}
          error={isOutdated ? undefined : form.error}
          webhook={base.webhook}
        />
        <div class="form-foot">
          {isOutdated && (
            <Banner
              tone="warn"
              icon={TriangleAlert}
              role="alert"
              title="Somebody else has changed this webhook meanwhile"
              actions={
                <Button icon={RefreshCw} onClick={reload} isBusy={reloading.isBusy}>
                  Reload
                </Button>
              }
            >
              <p>Nothing was saved. Reload to see it as it is now; what you entered stays.</p>
            </Banner>
          )}
          {changedElsewhere !== undefined && !isOutdated && (
            <p class="hint" role="status">
              {changedText(changedElsewhere)} Look at it again, then save.
            </p>
          )}
          <div class="actions end">
            <Button onClick={onClose}>Cancel</Button>
            <Button look="primary" type="submit" isBusy={form.isBusy}>
              Save
            </Button>
          </div>
        </div>
      </form>
    </Dialog>
  );
}

function changedText(names: string[]): string {
  if (names.length === 0) return "Reloaded: what you see here was not changed.";
  return `Reloaded. Changed by somebody else: ${listed(names)}.`;
}
