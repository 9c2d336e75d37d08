export { type Differing, showSmall, shrink } from './shrink.ts'
