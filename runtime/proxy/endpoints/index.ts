export { answerBuiltInEndpoint } from './built-in-endpoints.ts'
export { offerLogin } from './offer-login.ts'
export { OWN, signInOf } from './own-hosts.ts'
export { answerSecurityEvent, eventsAt } from './security-event.ts'
