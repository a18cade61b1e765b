import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SdgError } from '@sdg/core';

/** The version that this was tried with. */
const MCP_VERSION = '1.32.2';
const NAME = '@modelcontextprotocol/sdk';

/** What a handler of the SDK is given beside the request. */
export interface Extra {
  /** Aborted when the client takes the request back. */
  readonly signal: AbortSignal;
  readonly _meta?: { readonly progressToken?: string | number };
  sendNotification(notification: { readonly method: string; readonly params: Readonly<Record<string, unknown>> }): Promise<void>;
}

export interface CallToolRequest {
  readonly params: { readonly name: string; readonly arguments?: Readonly<Record<string, unknown>> };
}

/** The part of the SDK's server that is used here. The library is optional, so its types cannot be imported. */
interface McpServer {
  setRequestHandler(schema: unknown, handler: (request: CallToolRequest, extra: Extra) => unknown): void;
  connect(transport: unknown): Promise<void>;
  close(): Promise<void>;
  onclose?: () => void;
}

interface McpLibrary {
  readonly Server: new (
    info: { readonly name: string; readonly version: string },
    options: { readonly capabilities: { readonly tools: object }; readonly instructions?: string },
  ) => McpServer;
  readonly StdioServerTransport: new () => unknown;
  readonly ListToolsRequestSchema: unknown;
  readonly CallToolRequestSchema: unknown;
}

/** Where the library is looked for beside this package: the folder in which the command runs. */
const besides = (): string => join(process.cwd(), 'node_modules', NAME);

/** A module of the library, from the folder in which the command runs or from beside this package. */
const moduleOf = async (path: string): Promise<object> => {
  const file = join(besides(), 'dist/esm', path);
  return (await import(existsSync(file) ? pathToFileURL(file).href : `${NAME}/${path}`)) as object;
};

/**
 * Loads the SDK of the Model Context Protocol.
 *
 * @throws SdgError `usage` with the command that installs it
 */
export async function loadMcpLibrary(): Promise<McpLibrary> {
  try {
    const [server, stdio, types] = await Promise.all(['server/index.js', 'server/stdio.js', 'types.js'].map(moduleOf));
    return { ...server, ...stdio, ...types } as McpLibrary;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    throw new SdgError('usage', `sdg mcp needs ${NAME}, which ${isMissing ? 'is not installed' : 'does not load'}`, {
      remedy: `npm install ${NAME}@${MCP_VERSION}`,
      cause: error,
    });
  }
}
