import type { Manifest } from '../../runtime/abi/index.ts'
import type { InstantiateInput } from '../../runtime/policy/index.ts'

/**
 * A decision module written by hand that has what `tinyPolicy` has not: a query (`/list`), a body (`/pay`), data (`/assigned`), a requirement
 * (`/secret`), the certificate and the time (`/mesh`). What it does is what its few lines say. As it is not on the whitelist, it is assembled, not instantiated.
 */
export const richPolicy = `"use strict";
const outcomes = [
  { effect: "deny", rule: null, reason: "default" },
  { effect: "permit", rule: "pays", reason: null },
  { effect: "unauthenticated", rule: null, reason: null },
  { effect: "challenge", rule: "secret", reason: null },
  { effect: "permit", rule: "other", reason: null },
];
const nothing = { reason: null, rules: [], obligations: { headers: {}, limits: [] }, challenge: null, shadow: [], errors: [] };
const traces = [
  { ...nothing, effect: "deny", reason: "default" },
  { ...nothing, effect: "permit", rules: ["pays"] },
  { ...nothing, effect: "unauthenticated" },
  { ...nothing, effect: "challenge", rules: ["secret"], challenge: [{ what: "mfa", values: [], within: 600000 }] },
  { ...nothing, effect: "permit", rules: ["other"], shadow: ["later"] },
];
const route = (name, method, more) => ({
  name: "shop." + name, service: "shop", labels: [], methods: [method], segments: [{ kind: "literal", text: name }], params: [],
  hosts: ["shop.example"], headers: [], data: [], rpc: false, query: null, body: null, ownHeaders: ["x-tier"], early: null,
  obligations: null, trace: (...asked) => traces[more.decide(...asked)], ...more,
});
const early = (facts) => (facts.identity === -1 ? 2 : -1);
const pay = (facts, request) => (request.body.amount <= 100n ? 1 : 0);
const tier = (facts, request) => ({ headers: { "x-tier": request.body.amount > 10n ? "gold" : "plain" }, limits: [] });
const is = (holds) => (holds ? 4 : 0);
return abi.policy({
  abi: 3,
  outcomes,
  data: [{ name: "assigned", prepare: (json) => (json.ann === "nobody" ? undefined : new Map(Object.entries(json))) }],
  identities: [{
    name: "staff", methods: ["jwt"], stepsUp: true, data: ["assigned"],
    facts: (claims, data, auth) => ({ identity: 0, roles: [data.assigned?.has(claims.sub) ? 1 : 0], caller: { sub: claims.sub }, auth }),
  }],
  routes: [
    route("assigned", "GET", { data: ["assigned"], decide: (facts) => is(facts.roles[0] === 1) }),
    route("list", "GET", {
      query: {
        keys: [{ name: "customer", many: false, optional: false }, { name: "tag", many: true, optional: false }, { name: "page", many: false, optional: true }],
        read: ({ customer, tag, page }) => customer.length === 0 || page[0] === "x" ? null : { customer: customer[0], tag, page: page[0] },
      },
      decide: (facts, { query }) => is(query.customer === "c 1" && query.tag.join() === "a,b" && query.page === undefined),
    }),
    route("mesh", "GET", { decide: (facts, { mtls, time }) => is(mtls?.path === "/ns/shop" && time === 1772438400000000000n) }),
    route("pay", "POST", {
      body: { read: ({ amount }) => (amount === 13 ? undefined : { amount: BigInt(amount) }) },
      early,
      decide: pay,
      obligations: tier,
      trace: (facts, request) => {
        if (request.body === undefined) return traces[early(facts)];
        const index = pay(facts, request);
        return index === 1 ? { ...traces[1], obligations: tier(facts, request) } : traces[index];
      },
    }),
    route("secret", "GET", {
      decide: ({ auth }, { time }) => (auth.mfa && auth.time !== null && time - auth.time <= 600000000000n ? 4 : 3),
    }),
  ],
});
`

/** Of validators that say what ajv would. */
const validators = `"use strict";
const check = (instancePath, message, holds) => {
  const validate = (json) => { const good = holds(json); validate.errors = good ? null : [{ instancePath, message }]; return good; };
  return validate;
};
const isObject = (json) => typeof json === "object" && json !== null;
return {
  claims: { staff: check("/sub", "must be string", (json) => isObject(json) && typeof json.sub === "string") },
  data: { assigned: check("/ann", "must be string", (json) => isObject(json) && typeof (json.ann ?? "") === "string") },
  bodies: { "shop.pay": check("/amount", "must be integer", (json) => isObject(json) && Number.isInteger(json.amount)) },
};
`

const manifest: Manifest = {
  format: 1,
  abi: 3,
  compiler: 'none',
  revision: `sha256:${'1'.repeat(64)}`,
  sequence: 1,
  needs: [],
  identities: [{ name: 'staff', methods: ['jwt'] }],
  services: [{ name: 'shop', hosts: ['shop.example'] }],
  data: [{ name: 'assigned', schema: {} }],
  bodies: ['shop.pay'],
  invariants: [],
  check: { warnings: 0 },
  tests: { passed: 0, failed: 0 },
  files: [],
}

export const richInput: InstantiateInput = { manifest, policy: richPolicy, validators }
