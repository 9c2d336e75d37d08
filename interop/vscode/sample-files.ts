/** Files of the workspace in the browser, by path. */
export const FILES: Readonly<Record<string, string>> = {
  'iap.yaml': 'listeners:\n  - address: 127.0.0.1:8080\n',
  'orders.iap': `// What may be done with orders.

identity staff via jwt { sub: string, groups: set<string> }

/// Staff who may refund.
role manager of staff when "managers" in caller.groups

label money

service orders at "orders.example" {
  route read   GET  "/orders/{id: int}"
  route refund POST "/orders/{id: int}/refund" is money
}

permit staff_read
  on orders.read
  to staff

permit managers_refund
  on   orders.refund
  to   manager
  when undeclared > 5

test "staff read orders" {
  as staff { sub: "ann", groups: [] }
  GET "https://orders.example/orders/7"
  expect permit
}

test "Strangers read orders" {
  as anonymous
  GET "https://orders.example/orders/7"
  expect permit
}
`,
  'refunds.test.iap': `import { staff } from "./orders.iap"

test "managers refund orders" {
  as staff { sub: "mia", groups: ["managers"] }
  POST "https://orders.example/orders/7/refund"
  expect permit
}
`,
}
