import { generateSigningKey, type PackInput, packBundle, standaloneValidators } from '../../compiler/bundle/index.ts'
import type { Model } from '../../language/index.ts'

/**
 * A decision module written by hand, so that tests of loading do not wait for a compiler: `staff` with the role `reader` may
 * read `/orders/{id}`; a header `x-tenant` of `evil` is forbidden; `/healthz` is open.
 */
export function tinyPolicy(group = 'readers'): string {
  return `"use strict";
const none = { headers: {}, limits: [] };
const outcomes = [
  { effect: "deny", rule: null, reason: "default" },
  { effect: "permit", rule: "reads", reason: null },
  { effect: "deny", rule: "no_evil", reason: "Not for you." },
  { effect: "unauthenticated", rule: null, reason: null },
  { effect: "permit", rule: "health", reason: null },
];
function decideRead(facts, params, request) {
  if (request.headers.get("x-tenant") === "evil") return 2;
  if ((facts.roles[0] & 1) !== 0) return 1;
  return facts.identity === -1 ? 3 : 0;
}
const rules = [[], ["reads"], ["no_evil"], [], ["health"]];
function tracing(decide) {
  return (facts, params, request) => {
    const outcome = decide(facts, params, request);
    const { effect, reason } = outcomes[outcome];
    return { effect, reason, rules: rules[outcome], obligations: none, challenge: null, shadow: [], errors: [] };
  };
}
function decideHealth() { return 4; }
const plain = { data: [], rpc: false, query: null, body: null, ownHeaders: [], early: null, obligations: null };
return abi.policy({
  abi: 2,
  outcomes,
  data: [],
  identities: [{
    name: "staff",
    methods: ["jwt"],
    stepsUp: true,
    data: [],
    facts(claims, data, auth) {
      if (claims.sub === "ill") return null;
      return { identity: 0, roles: [claims.groups.includes(${JSON.stringify(group)}) ? 1 : 0], caller: { sub: claims.sub }, auth };
    },
  }],
  routes: [
    { name: "shop.health", service: "shop", labels: [], methods: ["GET", "HEAD"], segments: [{ kind: "literal", text: "healthz" }],
      params: [], hosts: ["shop.example"], headers: [], ...plain, decide: decideHealth, trace: tracing(decideHealth) },
    { name: "shop.read", service: "shop", labels: ["pii"], methods: ["GET", "HEAD"],
      segments: [{ kind: "literal", text: "orders" }, { kind: "param", type: "string", prefix: "", suffix: "" }],
      params: ["id"], hosts: ["shop.example"], headers: ["x-tenant"], ...plain, decide: decideRead, trace: tracing(decideRead) },
  ],
});
`
}

export const tinyDoors: PackInput['compiled']['doors'] = {
  claims: {
    staff: {
      type: 'object',
      properties: { sub: { type: 'string' }, groups: { type: 'array', items: { type: 'string' } } },
      required: ['sub', 'groups'],
    },
  },
  data: {},
  bodies: {},
}

export const tinyModel = {
  identities: [{ name: 'staff', methods: ['jwt'] }],
  services: [{ name: 'shop', hosts: [{ text: 'shop.example' }] }],
  data: [],
} as unknown as Model

export const tinySigner = generateSigningKey()

/** What `packBundle` takes, signed by `tinySigner`. */
export function tinyInput(changes: Partial<PackInput> = {}): PackInput {
  const compiled = { policy: tinyPolicy(), needs: ['identity:jwt'], doors: tinyDoors }
  return {
    compiled,
    validators: standaloneValidators(tinyDoors),
    model: tinyModel,
    sources: [
      { name: 'orders.iap', text: 'permit reads on shop.read to reader\n' },
      { name: 'people/identity.iap', text: '// Überall\n' },
    ],
    sequence: 1,
    tests: { passed: 3, failed: 0 },
    signers: [tinySigner],
    ...changes,
  }
}

export function tinyBundle(changes: Partial<PackInput> = {}): Promise<Uint8Array> {
  return packBundle(tinyInput(changes))
}
