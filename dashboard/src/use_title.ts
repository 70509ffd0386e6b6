// The title of the tab, by which one finds it among others.

import { useEffect } from "preact/hooks";

export function useTitle(text: string): void {
  useEffect(() => {
    document.title = text;
  }, [text]);
}
