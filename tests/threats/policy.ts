/** `/public/**` is open, `/admin/**` is for admins, `/api/**` for any user; and a service behind a wildcard of hosts. */
export const fixturePolicy = `
identity user via jwt {
  sub: string
  groups: set<string>
}

role admin of user when "admins" in caller.groups

service app at "app.test" {
  route public      ANY "/public/{rest...}"
  route admin_root  ANY "/admin"
  route admin       ANY "/admin/{rest...}"
  route api         ANY "/api/{rest...}"
}

service tenants at "*.corp.test" {
  route anything ANY "/{rest...}"
}

permit public_is_open on app.public to anyone

permit admins_administer
  on app.admin_root, app.admin
  to admin

permit users_call
  on app.api
  to user

forbid evil_tenants
  on app.api
  when "x-tenant" in request.headers && request.headers["x-tenant"] == "evil"
  because "Not this tenant."

permit tenants_are_open on tenants.anything to anyone
`
