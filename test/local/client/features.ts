import { join } from "node:path";
import { renderingOf } from "./rendering";

/** The dashboard with everything that is off by default, in the place of the example's; its generated values are its own. */
export const withFeatures = renderingOf(join(__dirname, "..", "programs", "dashboard.ts"));
