/** Changes as people make them, each of a policy of `examples/`, and what a review has to say of it. */
export interface Edit {
  readonly what: string
  readonly example: string
  /** File, what stands in it, and what takes its place. */
  readonly replace: readonly (readonly [string, string, string])[]
  /** Route, caller, verdict: by route, then by caller. */
  readonly changes: readonly string[]
}

export const edits: readonly Edit[] = [
  {
    what: 'widen what a permit is on',
    example: 'shop',
    replace: [['orders.iap', 'on orders.read\n  to auditor', 'on orders.list, orders.read\n  to auditor']],
    changes: ['orders.list partner more-permissive'],
  },
  {
    what: 'widen a path',
    example: 'shop',
    replace: [['catalog.iap', '/images/{name}.png', '/images/{name}']],
    // They are open to anyone.
    changes: [
      'catalog.images - more-permissive',
      'catalog.images partner more-permissive',
      'catalog.images staff more-permissive',
    ],
  },
  {
    what: 'split a route off',
    example: 'shop',
    replace: [['catalog.iap', '  route images', '  route teapot GET "/products/teapot" is public\n  route images']],
    // Open as the products are, of which it was one.
    changes: [],
  },
  {
    what: 'ask for a claim',
    example: 'partners',
    replace: [
      [
        'partners.iap',
        'identity small via api_key { key_id: string, scopes: set<string> }',
        'identity small via api_key { key_id: string, scopes: set<string>, owner: string }',
      ],
    ],
    // Its door refuses whoever has no owner, on every route.
    changes: [
      'api.catalog small less-permissive',
      'api.hook small other',
      'api.item small less-permissive',
      'api.order small other',
      'api.orders small other',
    ],
  },
  {
    what: 'read data that were not read',
    example: 'tenants',
    replace: [
      [
        'projects.iap',
        'on projects.remove, projects.plan\n  to owner',
        'on projects.remove, projects.plan\n  to owner\n  when plans[?params.tenant].orValue("free") != "free" || params.tenant in frozen',
      ],
    ],
    // Plans that never arrived stop everybody on these routes.
    changes: [
      'projects.plan - other',
      'projects.plan member less-permissive',
      'projects.plan operator other',
      'projects.remove - other',
      'projects.remove member less-permissive',
      'projects.remove operator other',
    ],
  },
  {
    what: 'drop a clause',
    example: 'shop',
    replace: [
      ['orders.iap', '\n  when "x-refund-reason" in request.headers && size(request.headers["x-refund-reason"]) >= 5', ''],
    ],
    // Whoever has no refund to give is told so also where the header comes in two lines, which nobody reads any more.
    changes: ['orders.refund - other', 'orders.refund partner other', 'orders.refund staff more-permissive'],
  },
  {
    what: 'move a bound by one',
    example: 'shop',
    replace: [['orders.iap', 'when    params.id < 1000', 'when    params.id <= 1000']],
    // Who may not refund order 1000 is told another reason; those who may are managers, for whom there is no archive.
    changes: [
      'orders.read partner less-permissive',
      'orders.read staff less-permissive',
      'orders.refund partner other',
      'orders.refund staff other',
    ],
  },
  {
    what: 'exchange two roles',
    example: 'mesh',
    replace: [
      ['mesh.iap', 'to   checkout\n  when body.amount', 'to   reports\n  when body.amount'],
      ['mesh.iap', 'on payments.settle\n  to reports', 'on payments.settle\n  to checkout'],
    ],
    changes: ['payments.charge workload incomparable', 'payments.settle workload incomparable'],
  },
  {
    what: 'rename a rule',
    example: 'shop',
    replace: [['orders.iap', 'permit support_reads', 'permit desk_reads']],
    changes: [],
  },
  {
    what: 'write a condition in other words',
    example: 'shop',
    replace: [['orders.iap', 'when    params.id < 1000', 'when    !(params.id > 999)']],
    changes: [],
  },
  {
    what: 'add a forbid',
    example: 'mesh',
    replace: [
      [
        'mesh.iap',
        'forbid other_trust',
        'forbid nothing_is_settled\n  on payments.settle\n  because "Closed for the year."\n\nforbid other_trust',
      ],
    ],
    changes: ['payments.settle - other', 'payments.settle person other', 'payments.settle workload less-permissive'],
  },
  {
    what: 'give another reason',
    example: 'helpdesk',
    replace: [['tickets.iap', 'Purging needs a fresh second factor.', 'Use your second factor.']],
    // Leads are challenged, which gives no reason, and strangers are asked who they are.
    changes: ['tickets.purge staff other'],
  },
  {
    what: 'change a limit',
    example: 'records',
    replace: [['records.iap', 'limit   10 per 1h', 'limit   20 per 1h']],
    changes: ['records.glass clinician other'],
  },
  {
    what: 'change what a header says',
    example: 'records',
    replace: [['records.iap', 'header  "x-break-glass" = caller.sub', 'header  "x-break-glass" = caller.role']],
    // A name can be what no header can say, and then the permit did not hold; a role never is.
    changes: ['records.glass clinician more-permissive'],
  },
  {
    what: 'change a header that says nothing of the caller',
    example: 'tenants',
    replace: [
      [
        'projects.iap',
        'header "x-plan" = plans[?params.tenant].orValue("free")',
        'header "x-plan" = plans[?params.tenant].orValue("none")',
      ],
    ],
    // Who has no plan does not pay, and who does not pay exports nothing.
    changes: [],
  },
  {
    what: 'change a header that is sent',
    example: 'tenants',
    replace: [['projects.iap', 'header "x-plan" = plans[?params.tenant].orValue("free")', 'header "x-plan" = "some"']],
    changes: ['projects.export member other'],
  },
  {
    what: 'ask for more',
    example: 'records',
    replace: [['records.iap', 'require mfa within 15m', 'require mfa within 10m']],
    changes: ['records.glass clinician less-permissive'],
  },
  {
    what: 'take one text more in a claim',
    example: 'records',
    replace: [['records.iap', '"doctor" | "nurse" | "clerk"', '"doctor" | "nurse" | "clerk" | "student"']],
    // Cards are for all of them; elsewhere a student is refused by the rules now, and was by the door.
    changes: [
      'records.card clinician more-permissive',
      'records.chart clinician other',
      'records.glass clinician other',
      'records.note clinician other',
      'records.psych clinician other',
    ],
  },
  {
    what: "change a claim's type",
    example: 'shop',
    replace: [
      ['identity.iap', 'level?: int', 'level?: string'],
      ['identity.iap', 'caller.level >= 3', 'caller.level != "1"'],
      ['orders.iap', 'caller.level >= 4', 'caller.level == "4"'],
    ],
    // Whoever brings the one is refused by the door of the other, wherever they are let in at all.
    changes: [
      'catalog.images staff incomparable',
      'catalog.list staff incomparable',
      'catalog.price staff incomparable',
      'catalog.read staff incomparable',
      'orders.health staff incomparable',
      'orders.list staff incomparable',
      'orders.read staff incomparable',
      'orders.refund staff incomparable',
    ],
  },
]
