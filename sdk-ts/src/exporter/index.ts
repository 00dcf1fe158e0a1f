/**
 * The exporter for Node: the Worker's engine, run from a laptop or from CI.
 */
export { ConfigurationError, ExportRefusedError, ExportStoppedError } from "./errors.ts";
export { createExporter } from "./exporter.ts";
export type { Exporter, ExporterOptions, ExportOptions, ExportResult, StreamOptions } from "./exporter.ts";
export { directory } from "./files.ts";
export type { FileStore } from "./files.ts";
export type { Fetch } from "../settings.ts";
