/**
 * What `tinyPolicy` does, in JavaScript as anybody may write it: no bundle with it is loaded, as it is not on the whitelist. For tests of what
 * stands behind that, which are given modules that no compiler would make.
 */
export function loosePolicy(group = 'readers'): string {
  return `"use strict";
const none = { headers: {}, limits: [] };
const outcomes = [
  { effect: "deny", rule: null, reason: "default" },
  { effect: "permit", rule: "reads", reason: null },
  { effect: "deny", rule: "no_evil", reason: "Not for you." },
  { effect: "unauthenticated", rule: null, reason: null },
  { effect: "permit", rule: "health", reason: null },
];
function decideRead(facts, request) {
  if (request.headers.get("x-tenant") === "evil") return 2;
  if ((facts.roles[0] & 1) !== 0) return 1;
  return facts.identity === -1 ? 3 : 0;
}
const rules = [[], ["reads"], ["no_evil"], [], ["health"]];
function tracing(decide) {
  return (facts, request) => {
    const outcome = decide(facts, request);
    const { effect, reason } = outcomes[outcome];
    return { effect, reason, rules: rules[outcome], obligations: none, challenge: null, shadow: [], errors: [] };
  };
}
function decideHealth() { return 4; }
const plain = { data: [], rpc: false, query: null, body: null, ownHeaders: [], early: null, obligations: null };
return abi.policy({
  abi: 3,
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
