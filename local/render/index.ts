/** Running a Pulumi program without an engine, as a library and as a command. */
export { registerRender, renderCommand } from "./command";
export { RenderError } from "./errors";
export type { KubernetesObject } from "./objects";
export { toYaml, toYamlStream, writeObjects } from "./output";
export { renderProgram } from "./render";
export type { RenderOptions } from "./render";
export { PLACEHOLDER } from "./secrets";
