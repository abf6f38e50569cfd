#!/usr/bin/env node
import { renderCommand } from "./command";

// commander says 1 for a mistyped option, which means here that the program is at fault.
void renderCommand()
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parseAsync();
