import { join } from "node:path";

/** The repository's top folder, wherever the demo was started from. */
export const REPOSITORY = join(__dirname, "..", "..");
