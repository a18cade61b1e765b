;; Lists the bytes that matter inside JSON strings, by 16 bytes at once. Compiled into special-scan.ts; a test compiles it
;; again and compares.
(module
  ;; 64 KiB of input and a page for what is read beyond it; the list, at most 4 bytes for each byte of input, from 0x20000 on.
  (memory (export "memory") 7)

  ;; Positions of quotes, backslashes and bytes below 0x20 from 0 up to $end; gives how many. The input is looked at by 16
  ;; bytes: those beyond $end must not be of these kinds.
  (func (export "list") (param $end i32) (result i32)
    (local $at i32) (local $out i32) (local $found i32) (local $bytes v128)
    (local.set $out (i32.const 0x20000))
    (loop $next
      (if (i32.lt_u (local.get $at) (local.get $end))
        (then
          (local.set $bytes (v128.load (local.get $at)))
          (local.set $found
            (i8x16.bitmask
              (v128.or
                (v128.or
                  (i8x16.eq (local.get $bytes) (v128.const i8x16 34 34 34 34 34 34 34 34 34 34 34 34 34 34 34 34))
                  (i8x16.eq (local.get $bytes) (v128.const i8x16 92 92 92 92 92 92 92 92 92 92 92 92 92 92 92 92)))
                (i8x16.lt_u (local.get $bytes) (v128.const i8x16 32 32 32 32 32 32 32 32 32 32 32 32 32 32 32 32)))))
          (block $none
            (loop $more
              (br_if $none (i32.eqz (local.get $found)))
              (i32.store (local.get $out) (i32.add (local.get $at) (i32.ctz (local.get $found))))
              (local.set $out (i32.add (local.get $out) (i32.const 4)))
              (local.set $found (i32.and (local.get $found) (i32.sub (local.get $found) (i32.const 1))))
              (br $more)))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br $next))))
    (i32.shr_u (i32.sub (local.get $out) (i32.const 0x20000)) (i32.const 2))))
