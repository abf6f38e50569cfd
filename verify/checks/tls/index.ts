import type { Check } from "../../check";
import { certificate } from "./certificate";
import { protocols } from "./protocols";
import { redirect } from "./redirect";
import { unknownHost } from "./unknownHost";

/** TLS 1.2 and 1.3 only, with a certificate that is good, and plain HTTP leads there and nowhere else. */
export const tls: readonly Check[] = [...redirect, ...certificate, ...protocols, ...unknownHost];
