/**
 * What a test needs to run a Pulumi program without an engine: mocks of `kubernetes`, `random` and `tls` that answer as the
 * real providers do, and a recorder of everything that the program registered.
 *
 * @packageDocumentation
 */
export { judgeResources } from "./judge";
export type { JudgedRecording } from "./judge";
export { createMocks } from "./mocks";
export type { MockOptions, ProgramMocks, RecordedResource } from "./mocks";
export { isKnown, recordResources, valueOf } from "./record";
export type { Recording, RecordOptions } from "./record";
export type { RecordedOptions, Registration } from "./registration";
export type { StackOutputs } from "./stackReference";
