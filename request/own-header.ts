/**
 * Folds a header name as the loosest service reads it: lower case, with each run of characters other than letters and digits as
 * one `-`. CGI and its successors (WSGI, PHP, Rack) read `X-A`, `X_A` and `X.A` as one name, so names that the proxy sets or
 * removes are compared in this form.
 */
export function foldHeaderName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
}

/**
 * Returns whether a name is one of the proxy's own headers (`x-iap-*`) in any spelling. Such headers are never accepted from a
 * client.
 */
export function isOwnHeader(name: string): boolean {
  // Nearly every name fails this test, without an allocation.
  return mayBeOwn.test(name) && own.test(foldHeaderName(name))
}

const mayBeOwn = /^[^a-z0-9]*x[^a-z0-9]+iap/i
const own = /^-?x-iap(-|$)/
