// A URL with an emphasised host. A long one is cut in the middle, since both ends tell it apart.

import { useState } from "preact/hooks";
import { cutMiddle, splitUrl } from "../format.ts";

/** The most characters of a host, and of the whole, in a row of a list. */
const hostMost = 44;
const most = 84;

interface UrlProps {
  text: string;
  /** Whether it is shown as it is, however long. */
  isWhole?: boolean;
}

export function Url({ text, isWhole = false }: UrlProps) {
  const { host, path, isSecure } = splitUrl(text);
  const shownHost = isWhole ? host : cutMiddle(host, hostMost);
  const shownPath = isWhole ? path : cutMiddle(path, Math.max(24, most - shownHost.length));
  return (
    <span class="url" title={text}>
      {!isSecure && <span class="url-path">http://</span>}
      <span class="url-host">{shownHost}</span>
      <span class="url-path">{shownPath}</span>
    </span>
  );
}

const isLong = (text: string): boolean => {
  const { host, path } = splitUrl(text);
  return host.length > hostMost || host.length + path.length > most;
};

/** A URL that is cut, with a button that shows the whole. */
export function LongUrl({ text }: { text: string }) {
  const [isWhole, setWhole] = useState(false);
  return (
    <span class="long-url">
      <Url text={text} isWhole={isWhole} />
      {isLong(text) && (
        <button
          type="button"
          class="text-button"
          aria-expanded={isWhole}
          onClick={() => setWhole(!isWhole)}
        >
          {isWhole ? "Show less" : "Show the whole URL"}
        </button>
      )}
    </span>
  );
}
