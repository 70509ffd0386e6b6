// The target on the wire: what RFC 3986 does not allow in path and query is percent-encoded, what
// is encoded already stays as it is, and the URL reads back as its owner wrote it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";

const { dispatcher, receiver } = await fixture({});

/** What is given after the origin, and what is on the wire. `N` makes each path its own. */
const paths: [given: string, wire: string][] = [
  ["/N/[a]|b?tpl={id}|x^y", "/N/%5Ba%5D%7Cb?tpl=%7Bid%7D%7Cx%5Ey"],
  ["/N/{tenant}/`x`", "/N/%7Btenant%7D/%60x%60"],
  [`/N/"q"/<b>?"q"&<b>&\`c\``, "/N/%22q%22/%3Cb%3E?%22q%22&%3Cb%3E&%60c%60"],
  ["/N/100%?share=50%&x=%zz", "/N/100%25?share=50%25&x=%25zz"],
  ["/N/%5Ba%5d%7c?x=%7B%7d", "/N/%5Ba%5d%7c?x=%7B%7d"],
  ["/N/a%2Fb/c%20d?x=%26", "/N/a%2Fb/c%20d?x=%26"],
  ["/N/a b?x=a b+c", "/N/a%20b?x=a%20b+c"],
  ["/N/müller/学?q=é", "/N/m%C3%BCller/%E5%AD%A6?q=%C3%A9"],
  ["/N/-._~!$&()*+,;=:@?-._~!$&()*+,;=:@/?", "/N/-._~!$&()*+,;=:@?-._~!$&()*+,;=:@/?"],
  ["/N/x?filter[user][id]=1&a[]=2#[frag]", "/N/x?filter%5Buser%5D%5Bid%5D=1&a%5B%5D=2"],
];

describe("a target", { concurrency: 4 }, () => {
  for (const [index, [given, wire]] of paths.entries()) {
    test(`is sent as ${wire}: ${given}`, async () => {
      const own = (path: string) => path.replace("/N/", `/t${index}/`);
      const mailbox = receiver.mailboxAt(own(wire));
      const account = await dispatcher.account();
      const target_url = `${receiver.origin}${own(given)}`;
      const { id } = await account.create({ target_url });
      await account.publish(event("a"));
      assert.equal((await mailbox.got(1))[0]!.path, own(wire));
      const ping = must(200, await account.api.post(`/v1/webhooks/${id}/ping`)).json;
      assert.equal(ping.succeeded, true);
      assert.equal((await mailbox.got(2))[1]!.path, own(wire));
      assert.equal((await account.read(id)).target_url, target_url);
    });
  }

  test("is one target, however it is written", async () => {
    const mailbox = receiver.mailboxAt("/one/%5Ba%5D%7Cb");
    const account = await dispatcher.account();
    await account.create({ target_url: `${receiver.origin}/one/[a]|b` });
    await account.create({ target_url: `${receiver.origin}/one/%5Ba%5D%7Cb` });
    assert.equal(await account.publish(event("a")), 1);
    await mailbox.answered(1);
    assert.equal(mailbox.count, 1);
  });
});
