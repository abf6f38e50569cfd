import { join } from "node:path";
import type { Setting } from "./flower";
import { layScripts, laySecret, layUsers } from "./processes";
import { imageVenv } from "./venvs";

/** The one log-in of such a Flower. */
export const LOG_IN = "ann:viewer-password-1";
/** What it signs its cookies with. */
export const COOKIE_SECRET = "cookie-secret-1-that-is-long-enough";

/** What start.py needs to be given, laid into a folder: the scripts, the Secrets' files, and the variables of the pod spec. */
export async function laySetting(folder: string, env: Readonly<Record<string, string>> = {}): Promise<Setting> {
  const [user = "", password = ""] = LOG_IN.split(":");
  return {
    venv: await imageVenv(),
    scripts: layScripts(join(folder, "scripts")),
    env: {
      MINIMUM_FLOWER_VERSION: "2.2.0",
      FLOWER_ADDRESS: "127.0.0.1",
      // Replaced wherever Flower is to listen.
      FLOWER_PORT: "5555",
      FLOWER_URL_PREFIX: "flower",
      FLOWER_READ_ONLY: "true",
      FLOWER_CONF: "/dev/null",
      COOKIE_SECRET_FILE: laySecret(join(folder, "cookie-secret"), COOKIE_SECRET),
      BASIC_AUTH_USERS_DIR: layUsers(join(folder, "users"), { [user]: password }),
      // Nobody is there: Flower starts without its broker.
      CELERY_BROKER_URL: "redis://127.0.0.1:1/0",
      ...env,
    },
  };
}
