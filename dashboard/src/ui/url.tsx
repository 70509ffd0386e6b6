// A URL with an emphasised host.

import { splitUrl } from "../format.ts";

export function Url({ text }: { text: string }) {
  const { host, path, isSecure } = splitUrl(text);
  return (
    <span class="url" title={text}>
      {!isSecure && <span class="url-path">http://</span>}
      <span class="url-host">{host}</span>
      <span class="url-path">{path}</span>
    </span>
  );
}
