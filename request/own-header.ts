/**
 * A header name as the loosest service reads it: lower case, every run of characters other than letters and digits one
 * `-`. CGI and its heirs (WSGI, PHP, Rack) read `X-A`, `X_A` and `X.A` as one name, so that a name which the proxy sets or
 * removes is compared in this form.
 */
export function foldHeaderName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
}

/** Is it one of the proxy's own headers (`x-iap-*`) in any spelling? What a client sends under such a name never goes on. */
export function isOwnHeader(name: string): boolean {
  // Nearly every name fails the first test, without an allocation.
  return mayBeOwn.test(name) && own.test(foldHeaderName(name))
}

const mayBeOwn = /^[^a-z0-9]*x[^a-z0-9]+iap/i
const own = /^-?x-iap(-|$)/
