// Peer 1, the floor: authenticates nothing, stores nothing, forwards each event by `fetch`.
//
// Webhooks are kept in the isolate. What fails is lost.

const targets = [];

export default {
  async fetch(request, _env, ctx) {
    const path = new URL(request.url).pathname;
    if (path === "/v1/events") {
      const body = await request.text();
      for (const target of targets) ctx.waitUntil(forward(target, body));
      return Response.json({ id: "none" }, { status: 202 });
    }
    if (path === "/v1/webhooks") {
      const { target_url: url } = await request.json();
      targets.push(url);
      return Response.json({ id: String(targets.length) }, { status: 201 });
    }
    return new Response(null);
  },
};

async function forward(url, body) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(url, { method: "POST", body, headers });
  await answer.body?.cancel();
}
