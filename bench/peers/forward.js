// The peer `forward`: forwards each event by `fetch`, without authentication or storage. It is the
// lower bound of what a dispatcher costs.
//
// Webhooks are kept in the memory of the isolate. A failed event is lost.

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
