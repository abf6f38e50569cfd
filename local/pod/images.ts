/** A path of this machine that a container sees, at the same or another place. */
export interface Bind {
  source: string;
  target: string;
  readOnly: boolean;
}

/**
 * What stands in for a container image: this machine's own programs, laid out where the image would have them.
 * `/usr` and the loader's files of the machine are always there.
 */
export interface Recipe {
  /** Further files that the image holds. */
  binds: Bind[];
  /** The image's own environment, PATH first of all. */
  environment: Record<string, string>;
  /** The image's user and group, for a pod that names none. */
  uid: number;
  gid: number;
  /** The image's STOPSIGNAL. */
  stopSignal: NodeJS.Signals;
}

/** Finds what stands in for an image; undefined when nothing does. */
export type RecipeFinder = (image: string) => Recipe | undefined;
