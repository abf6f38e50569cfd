const DAY = 24;
const YEAR = 365 * DAY;

/** How long certificates are valid, in hours, and from when on an `up` renews them. */
export interface Validity {
  readonly hours: number;
  readonly earlyRenewalHours: number;
  /** Length of the calendar period in which the certificate is kept: the first `up` in the next one renews it. */
  readonly periodMonths: number;
}

/** The private CA: ten years, renewed after five. */
export const CA_VALIDITY: Validity = { hours: 10 * YEAR, earlyRenewalHours: 5 * YEAR, periodMonths: 60 };
/** The pod's, the controller's and the self-signed certificate: two years, renewed each half-year. */
export const LEAF_VALIDITY: Validity = { hours: 2 * YEAR, earlyRenewalHours: YEAR, periodMonths: 6 };

/**
 * A text that changes with each calendar period, to replace what was made in an earlier one. `earlyRenewalHours` alone does not do it: Pulumi's provider marks a
 * certificate for renewal only when the state is refreshed. https://github.com/pulumi/pulumi-tls/issues/39
 */
export function renewalPeriod({ periodMonths }: Validity, now: Date): string {
  const months = now.getUTCFullYear() * 12 + now.getUTCMonth();
  return `${periodMonths}-month period ${Math.floor(months / periodMonths)}`;
}
