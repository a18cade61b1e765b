import { SdgError } from '@sdg/values';

/** How far a file may grow: a bomb grows a thousandfold and more, text hardly thirtyfold. */
const MAX_GROWTH = 200;
/** Growth is not judged before this many bytes. */
const GRACE = 64 << 20;

/** Fails with `bad-input` where packed bytes unpack to more than 200 times their size: a bomb. */
export function checkGrowth(packed: number, unpacked: number, file: string): void {
  if (unpacked <= GRACE || unpacked <= MAX_GROWTH * packed) return;
  throw new SdgError('bad-input', `${file} unpacks to more than ${MAX_GROWTH} times its size`, {
    remedy: 'this is how archive bombs look; unpack it yourself if you trust it',
  });
}
