import { createRequire } from 'node:module';
import { join } from 'node:path';
import { SdgError } from '@sdg/core';
import type { Labels } from './histogram.js';

/** The version that this program was tried with. */
const OTEL_VERSION = '0.223.0';

type Attributes = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** The part of `@opentelemetry/sdk-node` that is used here, by its own names. The library is optional, so its types cannot be imported. */
export interface OtelLibrary {
  readonly NodeSDK: new (options: Record<string, unknown>) => { start(): void; shutdown(): Promise<void> };
  readonly api: {
    readonly ROOT_CONTEXT: OtelContext;
    readonly trace: {
      getTracer(name: string, version?: string): OtelTracer;
      setSpan(context: OtelContext, span: OtelSpan): OtelContext;
      setSpanContext(context: OtelContext, spanContext: SpanContext): OtelContext;
    };
    readonly metrics: { getMeter(name: string, version?: string): OtelMeter };
    readonly diag: { setLogger(logger: Record<string, (text: string) => void>, options: Record<string, unknown>): boolean };
    readonly DiagLogLevel: { readonly WARN: number };
  };
  readonly resources: { readonly envDetector: unknown; readonly hostDetector: unknown };
  readonly tracing: { readonly AlwaysOnSampler: new () => unknown };
}

export type OtelContext = object;
interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly isRemote?: boolean;
}
export interface OtelSpan {
  spanContext(): SpanContext;
  setAttributes(attributes: Attributes): this;
  updateName(name: string): this;
  addEvent(name: string, attributes: Attributes, at?: number): this;
  setStatus(status: { readonly code: number; readonly message?: string }): this;
  end(at?: number): void;
}
export interface OtelTracer {
  startSpan(
    name: string,
    options: {
      readonly kind?: number;
      readonly attributes?: Attributes;
      readonly links?: readonly { readonly context: object }[];
      readonly startTime?: number;
    },
    context?: OtelContext,
  ): OtelSpan;
}
interface Instrument {
  readonly description: string;
  readonly unit?: string;
  readonly advice?: { readonly explicitBucketBoundaries: readonly number[] };
}
interface OtelMeter {
  createHistogram(name: string, options: Instrument): { record(value: number, labels: Labels): void };
  createObservableGauge(name: string, options: Instrument): object;
  createObservableCounter(name: string, options: Instrument): object;
  addBatchObservableCallback(
    callback: (result: { observe(instrument: object, value: number, labels: Labels): void }) => void,
    instruments: readonly object[],
  ): void;
}

/**
 * Loads OpenTelemetry, from the folder in which the command runs or from beside this program.
 *
 * @throws SdgError `usage` with the command that installs it
 */
export function loadOtelLibrary(): OtelLibrary {
  let missing: unknown;
  for (const from of [join(process.cwd(), 'package.json'), import.meta.url]) {
    try {
      return createRequire(from)('@opentelemetry/sdk-node') as OtelLibrary;
    } catch (error) {
      missing = error;
    }
  }
  const isMissing = (missing as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND';
  throw new SdgError('usage', `OpenTelemetry is asked for by the environment, and ${isMissing ? 'is not installed' : 'does not load'}`, {
    remedy: `npm install @opentelemetry/api@1.9.0 @opentelemetry/sdk-node@${OTEL_VERSION}, or set OTEL_SDK_DISABLED=true`,
    cause: missing,
  });
}
