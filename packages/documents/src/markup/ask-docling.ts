import type { ReadResult } from '../document.js';
import { DocumentError } from '../document-error.js';
import { readDocling } from './read-docling.js';

interface Converted {
  readonly document?: { readonly json_content?: unknown; readonly md_content?: string | null };
  readonly status?: string;
  readonly errors?: readonly { readonly error_message?: string }[];
}

const remedy = 'check the address of docling-serve, and what it says of the file';

/**
 * Has a docling-serve convert a file, and reads the JSON that it gives. `DOCLING_SERVE_API_KEY` in the environment is sent as its
 * key. Fails with {@link DocumentError} where it cannot be reached, or could not convert the file.
 */
export async function askDocling(address: string, file: string, bytes: Uint8Array): Promise<ReadResult> {
  const form = new FormData();
  form.append('files', new Blob([new Uint8Array(bytes)]), file.split('/').at(-1) ?? 'document');
  form.append('to_formats', 'json');
  form.append('image_export_mode', 'placeholder');
  const key = process.env['DOCLING_SERVE_API_KEY'];
  const post = (version: string): Promise<Response> =>
    fetch(`${address.replace(/\/+$/, '')}/${version}/convert/file`, {
      method: 'POST',
      body: form,
      headers: key ? { 'X-Api-Key': key } : {},
    });
  let response: Response;
  try {
    response = await post('v1');
    // What came before the first stable version.
    if (response.status === 404) response = await post('v1alpha');
  } catch (error) {
    const { cause, message } = error as Error & { cause?: Error };
    throw new DocumentError(`docling-serve cannot be reached (${cause?.message ?? message})`, remedy, { cause: error });
  }
  const text = await response.text();
  if (!response.ok) throw new DocumentError(`docling-serve says ${response.status}: ${text.slice(0, 200)}`, remedy);
  const { document, status, errors } = JSON.parse(text) as Converted;
  if (!document?.json_content) {
    throw new DocumentError(`docling-serve could not convert it (${errors?.[0]?.error_message ?? status ?? 'no document'})`, remedy);
  }
  const read = readDocling(JSON.stringify(document.json_content));
  return status === 'partial_success' ? { ...read, notes: [...read.notes, 'docling-serve could convert only a part of it'] } : read;
}
