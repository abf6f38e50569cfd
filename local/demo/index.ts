export { Demo, startDemo, type DemoOptions } from "./demo";
export type { Connection, DemoUser } from "./connection";
