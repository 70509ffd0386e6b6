// The export of a webhook's deliveries as a file, with the filters of the list.

import { Download } from "lucide";
import { useApp } from "../context.ts";
import { Button } from "../ui/button.tsx";
import { useAction } from "../use_action.ts";

interface ExportProps {
  id: string;
  filter: () => Record<string, string>;
}

export function ExportMenu({ id, filter }: ExportProps) {
  const { api } = useApp();
  const { isBusy, run } = useAction();
  const save = (form: "csv" | "jsonl") =>
    void run(async () => saveFile(await api.exported(id, form, filter()), `${id}.${form}`));
  return (
    <>
      <Button look="bare" icon={Download} onClick={() => save("csv")} isBusy={isBusy}>
        CSV
      </Button>
      <Button look="bare" icon={Download} onClick={() => save("jsonl")} isBusy={isBusy}>
        JSON lines
      </Button>
    </>
  );
}

/** Saves a file. A link of its own could not carry the key in a header. */
function saveFile(content: Blob, name: string) {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
