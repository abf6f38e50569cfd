import type { Resources } from "../model";

/**
 * Oldest Flower whose read-only mode (2.1) and protection from cross-site requests (2.2, CVE-2022-51020) the controls need.
 * https://github.com/mher/flower/releases
 */
export const MINIMUM_FLOWER_VERSION = "2.2.0";
/** Flower's official image at that version. */
export const FLOWER_IMAGE = `docker.io/mher/flower:${MINIMUM_FLOWER_VERSION}`;
/** nginx' own image for an unprivileged user. https://github.com/nginxinc/docker-nginx-unprivileged */
export const NGINX_IMAGE = "docker.io/nginxinc/nginx-unprivileged:1.30-alpine";

/** Resident memory of Flower 2.2.0 without tasks, in MiB, and what 1,000 tasks add: measured, celery 5.7.0. */
const FLOWER_MEBIBYTES = 57;
const MEBIBYTES_PER_THOUSAND_TASKS = 6.6;

/**
 * Requests and limits of a Flower process that keeps `maxTasks` tasks: what was measured is requested, twice that is the
 * limit, since arguments and results of a task can be far larger than those of the measurement.
 */
export function flowerResources(maxTasks: number): Resources {
  const measured = FLOWER_MEBIBYTES + (MEBIBYTES_PER_THOUSAND_TASKS * maxTasks) / 1000;
  const request = Math.ceil(measured / 16) * 16;
  return {
    requests: { cpu: "50m", memory: `${request}Mi` },
    limits: { cpu: "1", memory: `${request * 2}Mi` },
  };
}

/** Requests and limits of nginx: 9 MB resident a process were measured, three processes, and 2 MB of static files in memory. */
export const nginxResources: Resources = {
  requests: { cpu: "20m", memory: "48Mi" },
  limits: { cpu: "1", memory: "128Mi" },
};
