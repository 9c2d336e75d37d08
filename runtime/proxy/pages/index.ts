export { escapeHtml } from './html.ts'
export { ownCodes } from './own-codes.ts'
export { defaultTexts, type ErrorTexts, type PageTexts } from './page-texts.ts'
export { createPages, type PageChanges, type Pages } from './pages.ts'
