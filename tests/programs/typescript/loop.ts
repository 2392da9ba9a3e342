// Two guests play with the client that was made of the description: `loop.ts ADDRESS SLUG SECONDS`.
// Prints what was concluded about the first letter.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.d.ts";

const [address, slug, seconds] = process.argv.slice(2) as [string, string, string];

function connected(token?: string) {
  const headers = token ? { Authorization: `Bearer ${token}` } : undefined;
  return createClient<paths>({ baseUrl: address, headers });
}

async function guest() {
  const { data } = await connected().POST("/api/v1/contributors", { body: {} });
  assert(data);
  return connected(data.token);
}

async function play(client: ReturnType<typeof connected>): Promise<number> {
  const path = { slug };
  const { data } = await client.POST("/api/v1/campaigns/{slug}/assignments", {
    params: { path },
    body: {},
  });
  assert(data);
  let claim: components["schemas"]["Claim"] = data;
  let count = 0;
  while (claim.assignment) {
    const question = claim.assignment.microtask.step.questions[0];
    const option = question?.options?.[0];
    assert(question && option);
    const { data: receipt } = await client.POST("/api/v1/assignments/{id}/answers", {
      params: { path: { id: claim.assignment.id } },
      body: { id: randomUUID(), values: { [question.key]: option.value }, next: true },
    });
    assert(receipt?.next);
    assert.equal(receipt.outcome, "accepted");
    claim = receipt.next;
    count += 1;
  }
  assert(claim.nothing);
  return count;
}

for (let person = 0; person < 2; person += 1) assert.equal(await play(await guest()), 5);

const anyone = connected();
const until = performance.now() + 1000 * Number(seconds);
let first: number | undefined;
while (first === undefined) {
  assert(performance.now() < until, "no verdict came");
  const { data } = await anyone.GET("/api/v1/campaigns/{slug}/verdicts", {
    params: { path: { slug } },
  });
  first = data?.results[0]?.id;
  if (first === undefined) await setTimeout(200);
}
const { data: verdict } = await anyone.GET("/api/v1/verdicts/{id}", {
  params: { path: { id: first } },
});
assert(verdict);
const { outcome, answers_count: answers } = verdict;
console.log(JSON.stringify({ outcome, value: verdict.values["asks"]?.value, answers }));
