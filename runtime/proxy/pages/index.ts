export { ownCodes } from './own-codes.ts'
export { defaultTexts, type ErrorTexts, type PageTexts } from './page-texts.ts'
export { createPages, escapeHtml, type IdentityDisplay, type PageChanges, type Pages } from './pages.ts'
