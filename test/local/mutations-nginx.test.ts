import { NGINX_MUTATIONS } from "./mutations";
import { describeBreaches } from "./mutations/breaches";

describeBreaches(NGINX_MUTATIONS);
