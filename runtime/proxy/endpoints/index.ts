export { offerLogin } from './offer-login.ts'
export { OWN, signInOf } from './own-hosts.ts'
export { answerOwnPage } from './own-pages.ts'
export { answerSecurityEvent, type EventSources, eventsAt } from './security-event.ts'
