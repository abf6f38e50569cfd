/** Tells a person what is going on. */
export interface Progress {
  /** Announces a step, runs it, and tells how long it took. */
  step<T>(title: string, work: () => Promise<T>): Promise<T>;
}

/** Says nothing; for tests. */
export const silent: Progress = { step: (_title, work) => work() };

interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** One line for each step; on a terminal the seconds count up while it lasts. */
export function progressOn(output: Output): Progress {
  return {
    async step(title, work) {
      const started = Date.now();
      const seconds = (): string => `${((Date.now() - started) / 1000).toFixed(1)} s`;
      const show = (mark: string): void => void output.write(`\r  ${mark} ${title} (${seconds()})`);
      const ticking = output.isTTY === true;
      if (ticking) show("…");
      else output.write(`  … ${title}`);
      const timer = ticking ? setInterval(() => show("…"), 500) : undefined;
      const finish = (mark: string): void => {
        clearInterval(timer);
        if (ticking) show(mark);
        else output.write(` ${mark} ${seconds()}`);
        output.write("\n");
      };
      try {
        const result = await work();
        finish("✓");
        return result;
      } catch (error) {
        finish("✗");
        throw error;
      }
    },
  };
}
