/** Why a program could not be rendered, in words for a person. */
export class RenderError extends Error {
  /**
   * @param message - one sentence, or a heading and a list
   * @param exitCode - 1 if the program is at fault, 2 if the command or what it was given is
   */
  constructor(
    message: string,
    readonly exitCode: 1 | 2,
  ) {
    super(message);
    this.name = "RenderError";
  }
}

/** An error in what the command was given. */
export function usageError(message: string): RenderError {
  return new RenderError(message, 2);
}

/** An error in the program or in what it made. */
export function programError(message: string): RenderError {
  return new RenderError(message, 1);
}
