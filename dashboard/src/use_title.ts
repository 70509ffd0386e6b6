// Sets the title of the tab.

import { useEffect } from "preact/hooks";

export function useTitle(text: string): void {
  useEffect(() => {
    document.title = text;
  }, [text]);
}
